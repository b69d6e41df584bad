// A pipeline file, parsed and checked against the nodes' declarations: nothing is loaded before all of
// it is known to be right.
#ifndef KSAMPLER_GRAPH_PIPELINE_HPP
#define KSAMPLER_GRAPH_PIPELINE_HPP

#include "host/base/error.hpp"
#include "host/graph/declaration.hpp"
#include "host/graph/file_folders.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ksampler {

struct Link {
  std::size_t node;    // index into Pipeline::nodes
  std::size_t output;  // index into that node's outputs
};

using InputValue = std::variant<Literal, Link>;

struct Node {
  std::string name;
  const NodeDecl* decl = nullptr;
  Place place;
  std::vector<InputValue> inputs;  // one for each declared input, defaults filled in
  std::string title = {};          // what a workflow calls it besides; empty: nothing
};

// What stands at an input of a node; null where its type has no such one.
const InputValue* find_input(const Node& node, std::string_view name);

// The literal of this type that stands there; null where it is a link, a literal of another type, or
// nothing (null).
template <typename T>
const T* find_literal(const InputValue* value) {
  const auto* const literal = value == nullptr ? nullptr : std::get_if<Literal>(value);
  return literal == nullptr ? nullptr : std::get_if<T>(literal);
}

struct Pipeline;
// Whether another node is linked to this output: what nobody asks for need not be loaded, or be there.
bool is_linked(const Pipeline& pipeline, const Node& node, std::size_t output);

// A pipeline as text.
struct PipelineSource {
  std::filesystem::path file;    // what messages call it
  std::filesystem::path folder;  // what files named in it are relative to
  std::string text;
  FileFolders files = {};  // where files are looked for besides
};

// Throws Error: no such file, a folder, larger than 16 MiB.
PipelineSource read_pipeline(const std::filesystem::path& file);

struct Pipeline {
  PipelineSource source;              // for the record
  std::vector<std::string> settings;  // what `--set` replaced in it, as written
  std::string profile;                // how noise is drawn: "comfy"
  std::string device;                 // where it wants to be computed: "auto", "cpu" or "cuda"
  std::vector<Node> nodes;            // in an order in which each stands after what it links to
  std::vector<Diagnostic> notes;      // what a user should know of how a workflow was read
};

// What the checker asks about samplers and schedulers, so that it needs to know no registry.
struct PluginInputs {
  // The parameters of a sampler, scheduler, guider or noise, declared like a node's inputs. Throws
  // Error whose message says what is wrong with the name (unknown, ambiguous; nearest).
  std::function<std::vector<InputDecl>(const std::string& name)> sampler;
  std::function<std::vector<InputDecl>(const std::string& name)> scheduler;
  std::vector<std::string> plugins = {};                                       // their names
  std::function<std::vector<InputDecl>(const std::string& name)> guider = {};  // null: there are none
  std::function<std::vector<InputDecl>(const std::string& name)> noise = {};   // likewise
};

// "--set base.steps=30": replaces or adds one input before the check. The value is YAML.
struct Setting {
  std::string node;
  std::string input;
  std::string value;
  std::string text;  // as written, for messages
  // Of a picture's record: its files are relative to the pipeline's folder, not to where one types.
  bool recorded = false;
};
Setting parse_setting(const std::string& text);

// Settings as one text, a line each, and back.
std::string settings_text(const std::vector<std::string>& settings);
std::vector<std::string> settings_in(const std::string& text);

struct Document;

// A pipeline's text, parsed: once a run, before anything is known of plugins, for all that is asked of
// it. Copies share what was parsed.
class ParsedPipeline {
 public:
  // Throws Error where it is no YAML, or a file of another kind.
  ParsedPipeline(PipelineSource source);  // NOLINT(google-explicit-constructor): it is the source, read

  const PipelineSource& source() const { return source_; }
  const Document& document() const { return *document_; }

  // The folders listed under `plugins:`, relative to the source's, each with its place. Checks nothing.
  struct Folder {
    std::filesystem::path path;  // absolute
    std::string written;
    Place place;
  };
  std::vector<Folder> plugin_folders() const;

  // The plugins that `isolation:` gives processes of their own, "all" among them. Checks nothing.
  std::vector<std::string> isolation() const;

 private:
  PipelineSource source_;
  std::shared_ptr<const Document> document_;
};

// A diagnostic for each folder of plugins that the pipeline names, and that is none of `known`: code
// comes from where whoever started the program said. `advice` follows the folder's name.
std::vector<Diagnostic> foreign_plugin_folders(const ParsedPipeline& parsed,
                                               const std::vector<std::filesystem::path>& known,
                                               const std::string& advice);

// Checks. Throws one Error with every diagnostic found, in the file's order.
Pipeline check_pipeline(const ParsedPipeline& parsed, const std::vector<NodeDecl>& declarations,
                        const PluginInputs& plugins, const std::vector<Setting>& settings = {});

}  // namespace ksampler

#endif
