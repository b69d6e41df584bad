#include "host/graph/file_folders.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/graph/document.hpp"

#include <algorithm>
#include <sstream>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// What ComfyUI has a folder for, and what is used here.
constexpr const char* kKinds[] = {
    "checkpoints",      "loras",       "vae",          "text_encoders",  "clip",
    "diffusion_models", "unet",        "controlnet",   "upscale_models", "embeddings",
    "vae_approx",       "clip_vision", "style_models", "diffusers"};
constexpr const char* kPictures[] = {"input", "output", "temp"};
constexpr int kMostParents = 8;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

void FileFolders::add_kinds(const fs::path& models) {
  for (const char* kind : kKinds) {
    if (is_folder(models / kind)) folders_[kind].push_back(models / kind);
  }
}

// A folder of checkpoints in place of the one of models that it is in, which has them all.
void FileFolders::refuse_a_kind(const fs::path& root, const fs::path& given) {
  const fs::path whole = root.has_filename() ? root : root.parent_path();
  const std::string name = whole.filename().string();
  const auto holds_kinds = [&] {
    return is_folder(whole / "models") ||
           std::ranges::any_of(kKinds, [&](const char* kind) { return is_folder(whole / kind); });
  };
  if (std::ranges::find(kKinds, name) == std::end(kKinds) || holds_kinds()) return;
  throw Error(Place{"--models " + given.string()},
              sentence("that is the folder of one kind of model; the one that has a folder for each is "
                       "meant: --models {}",
                       whole.parent_path()));
}

void FileFolders::add(const fs::path& given) {
  const fs::path root = fs::absolute(given).lexically_normal();
  if (!is_folder(root)) throw Error(Place{"--models " + given.string()}, "there is no such folder");
  refuse_a_kind(root, given);
  const bool is_comfy = is_folder(root / "models");
  add_kinds(is_comfy ? root / "models" : root);
  const fs::path around = is_comfy ? root : root.parent_path();
  for (const char* kind : kPictures) {
    if (is_folder(around / kind)) folders_[kind].push_back(around / kind);
  }
  std::error_code ignored;
  for (const fs::path& file : {root / "extra_model_paths.yaml", around / "extra_model_paths.yaml"}) {
    if (!fs::is_regular_file(file, ignored)) continue;
    add_extra_paths(file);
    break;
  }
}

void FileFolders::add_around(const fs::path& file) {
  fs::path at = fs::absolute(file).lexically_normal().parent_path();
  for (int i = 0; i < kMostParents && at.has_relative_path(); ++i, at = at.parent_path()) {
    if (is_folder(at / "models" / "checkpoints")) return add(at);
  }
}

void FileFolders::add(const std::string& kind, const fs::path& folder) {
  folders_[kind].push_back(fs::absolute(folder).lexically_normal());
}

// Sections with a "base_path", and a folder or several, a line each, for a kind.
void FileFolders::add_extra_paths(const fs::path& file) {
  std::vector<Diagnostic> wrong;
  const YamlPtr root = parse_yaml(read_pipeline(file).text, file.string(), wrong);
  if (root == nullptr) throw Error(wrong);
  for (const YamlEntry& section : root->entries) {
    const YamlEntry* base = section.value->find("base_path");
    const fs::path from = file.parent_path() / (base == nullptr ? "" : base->value->text);
    for (const YamlEntry& entry : section.value->entries) {
      std::istringstream lines(entry.value->text);
      for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string::npos) continue;
        const fs::path folder = (from / line.substr(first)).lexically_normal();
        if (entry.key != "base_path" && is_folder(folder)) folders_[entry.key].push_back(folder);
      }
    }
  }
}

std::vector<fs::path> FileFolders::of(const std::vector<std::string>& kinds) const {
  std::vector<fs::path> found;
  for (const std::string& kind : kinds) {
    if (const auto at = folders_.find(kind); at != folders_.end()) {
      found.insert(found.end(), at->second.begin(), at->second.end());
    }
  }
  return found;
}

AnnotatedName annotated(const std::string& name) {
  for (const char* folder : kPictures) {
    const std::string mark = std::string(" [") + folder + "]";
    if (name.ends_with(mark)) return {name.substr(0, name.size() - mark.size()), folder};
  }
  return {name, ""};
}

}  // namespace ksampler
