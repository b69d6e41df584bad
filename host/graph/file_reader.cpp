// LiteralReader: inputs that name a file.
#include "host/graph/literal_reader.hpp"

#include "host/base/path_within.hpp"
#include "host/base/plain_file.hpp"
#include "host/base/text.hpp"
#include "host/graph/nearest_file.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>

namespace ksampler {
namespace {

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

// Models may be folders of files.
bool may_be_folder(FileKind kind) {
  return kind == FileKind::model || kind == FileKind::unet || kind == FileKind::autoencoder ||
         kind == FileKind::text || kind == FileKind::control_net;
}

// Where a file of such an input may be: a model in parts also where those are (diffusers').
std::vector<std::string> folders_for(const InputDecl& input, const std::string& asked) {
  if (!asked.empty()) return {asked};
  std::vector<std::string> kinds = input.folders;
  const char* const in_parts = "diffusers";
  if (may_be_folder(input.file_kind) && std::ranges::find(kinds, in_parts) == kinds.end()) {
    kinds.emplace_back(in_parts);
  }
  return kinds;
}

bool is_of_kind(const std::filesystem::path& path, FileKind kind) {
  std::error_code ignored;
  return is_plain_file(path) || (may_be_folder(kind) && std::filesystem::is_directory(path, ignored));
}

// The file of that name in the first folder that has it; empty: in none. A name that leads out of the
// folder is none.
std::filesystem::path first_in(const std::vector<std::filesystem::path>& folders,
                               const std::string& name, FileKind kind) {
  for (const std::filesystem::path& folder : folders) {
    std::filesystem::path path = path_within(folder, name);
    if (!path.empty() && is_of_kind(path, kind)) return path;
  }
  return {};
}

// Without a '/' at its end, so that the last part is its name.
std::filesystem::path without_slash(const std::filesystem::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

// The name nearest to one that is in none of these folders, written as it was; empty: none is near.
std::string nearest_in(const std::filesystem::path& first,
                       const std::vector<std::filesystem::path>& others, const std::string& name) {
  const std::filesystem::path written(name);
  std::string near = nearest_file(first / written.filename());
  for (auto folder = others.begin(); near.empty() && folder != others.end(); ++folder) {
    near = nearest_file(*folder / written);
  }
  return near.empty() ? near : (written.parent_path() / near).string();
}

}  // namespace

std::optional<Literal> LiteralReader::read_file(const YamlNode& value, const InputDecl& input,
                                                const InputSubject& subject) {
  if (value.kind != YamlNode::Kind::scalar || value.text.empty() || is_link(value)) {
    complain(value, input, subject);
    return std::nullopt;
  }
  const AnnotatedName asked = annotated(plain_text(value));
  const std::string& name = asked.name;
  const std::vector<std::filesystem::path> folders = files_.of(folders_for(input, asked.folder));
  if (const auto found = first_in(folders, name, input.file_kind); value.comfy && !found.empty())
    return found.string();
  std::filesystem::path path =
      without_slash(std::filesystem::absolute(folder_ / name).lexically_normal());
  // What is typed is first of all relative to where it is typed.
  if (value.typed_here) {
    const std::filesystem::path typed =
        without_slash(std::filesystem::absolute(name).lexically_normal());
    const bool is_better = !is_of_kind(path, input.file_kind) && is_there(typed);
    if (is_of_kind(typed, input.file_kind) || is_better) path = typed;
  }
  if (is_of_kind(path, input.file_kind)) return path.string();
  if (const auto found = first_in(folders, name, input.file_kind); !found.empty())
    return found.string();

  std::error_code ignored;
  std::string why = "; there is no file " + path.string();
  if (!folders.empty()) {
    std::vector<std::string> names;
    for (const auto& folder : folders) names.push_back(folder.string());
    why += sentence(", nor one in {}", listed(names));
  } else if (value.comfy || may_be_folder(input.file_kind)) {
    why += sentence(
        ", and no folder of {} is known: `--models DIR` says where models are, as ComfyUI lays them",
        input.folders.empty() ? "files" : input.folders.front());
  }
  if (std::filesystem::is_directory(path, ignored)) {
    why = "; that is a folder, and it takes a file: " + path.string();
  } else if (is_there(path)) {
    why = "; that is no regular file: " + path.string();
  } else if (const std::string near = nearest_in(path.parent_path(), folders, name); !near.empty()) {
    why += sentence("; did you mean {}?", quote(near));
  }
  diagnostics_.push_back(about(subject, Diagnostic::Kind::no_file, value.place,
                               sentence("{} is {}{}", subject.text, quote(name), why)));
  diagnostics_.back().what = (input.folders.empty() ? "" : input.folders.front() + "/") + name;
  return std::nullopt;
}

}  // namespace ksampler
