// Turns a YAML value into the literal that an input declares, or says what is wrong with it.
#ifndef KSAMPLER_GRAPH_LITERAL_READER_HPP
#define KSAMPLER_GRAPH_LITERAL_READER_HPP

#include "host/graph/input_subject.hpp"
#include "host/graph/pipeline.hpp"
#include "host/graph/yaml_tree.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

class LiteralReader {
 public:
  // `folder` is what files are relative to, `files` where they are besides. All must outlive the
  // reader.
  LiteralReader(const std::filesystem::path& folder, const FileFolders& files,
                const PluginInputs& plugins, std::vector<Diagnostic>& diagnostics)
      : folder_(folder), files_(files), plugins_(plugins), diagnostics_(diagnostics) {}

  // The value of an input of any kind but link and named_value. None where a diagnostic was added.
  std::optional<Literal> read(const YamlNode& value, const InputDecl& input,
                              const InputSubject& subject);

  // "<subject> is <what was found>; it takes <what is accepted><hint>"
  void complain(const YamlNode& value, const InputDecl& input, const InputSubject& subject,
                const std::string& hint = "", Diagnostic::Kind kind = Diagnostic::Kind::wrong_type);

 private:
  using Maybe = std::optional<Literal>;

  Maybe read_integer(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_seed(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_number(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_boolean(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_text(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_name(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_choice(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  Maybe read_file(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  template <typename T>
  Maybe read_list(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  const std::function<std::vector<InputDecl>(const std::string&)>& lookup_of(InputKind kind) const;
  Maybe read_plugin(const YamlNode& value, const InputDecl& input, const InputSubject& subject);
  void read_param(const YamlEntry& entry, const std::vector<InputDecl>& params,
                  const InputSubject& owner, PluginChoice& choice);

  const std::filesystem::path& folder_;
  const FileFolders& files_;
  const PluginInputs& plugins_;
  std::vector<Diagnostic>& diagnostics_;
};

// Whether a scalar is a link: it begins with '$', and not with '$$', which stands for a '$'. In a
// workflow of ComfyUI a '$' means nothing, and a link has a slot.
bool is_link(const YamlNode& value);

// "--set a.text=1 cat: black #2" means what was typed, not what YAML makes of it: none where nothing
// was typed, or a link or a text in quotes.
std::optional<std::string> typed_text(const YamlNode& value);

// The text of a scalar in a place for a text, '$$' at its front turned into '$'.
std::string plain_text(const YamlNode& value);

}  // namespace ksampler

#endif
