#include "host/serve/comfy/choices.hpp"

#include "host/base/lower_case.hpp"

#include <algorithm>

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 8;
constexpr std::size_t kMostFiles = 100000;

template <typename Description>
std::vector<std::string> names(const Registry& registry,
                               std::vector<Description> PluginDescription::*member) {
  std::map<std::string, int> plugins;
  for (const Manifest& manifest : registry.plugins()) {
    for (const Description& each : manifest.plugin.*member) ++plugins[each.id];
  }
  std::vector<std::string> result;
  for (const Manifest& manifest : registry.plugins()) {
    for (const Description& each : manifest.plugin.*member) {
      result.push_back(plugins[each.id] == 1 ? each.id : manifest.plugin.name + "/" + each.id);
    }
  }
  return result;
}

}  // namespace

const std::vector<std::string>& model_suffixes() {
  static const std::vector<std::string> suffixes = {".safetensors", ".sft", ".ckpt", ".pt",
                                                    ".pth",         ".bin", ".pt2"};
  return suffixes;
}

const std::vector<std::string>& picture_suffixes() {
  static const std::vector<std::string> suffixes = {".png", ".apng", ".jpg", ".jpeg", ".webp", ".bmp"};
  return suffixes;
}

std::vector<FileBelow> files_below(const fs::path& folder, const std::vector<std::string>& suffixes) {
  std::vector<FileBelow> files;
  std::error_code error;
  fs::recursive_directory_iterator at(
      folder,
      fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied,
      error);
  for (; !error && at != fs::end(at) && files.size() < kMostFiles; at.increment(error)) {
    std::error_code ignored;
    const bool hidden = at->path().filename().native().starts_with('.');
    if (at->is_directory(ignored)) {
      if (hidden || at.depth() >= kDeepest) at.disable_recursion_pending();
      continue;
    }
    const std::string suffix = lower_case(at->path().extension().string());
    const bool wanted =
        suffixes.empty() || std::find(suffixes.begin(), suffixes.end(), suffix) != suffixes.end();
    if (hidden || !wanted || !at->is_regular_file(ignored)) continue;
    files.push_back({at->path().lexically_relative(folder).generic_string(), at->path()});
  }
  std::ranges::sort(files, {}, &FileBelow::name);
  return files;
}

// Folders that say that a model is in them in parts, as diffusers writes them.
std::vector<std::string> models_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const FileBelow& file : files_below(folder, {".json"})) {
    const fs::path name = file.name;
    if (name.filename() == "model_index.json" && name.has_parent_path()) {
      names.push_back(name.parent_path().generic_string());
    }
  }
  return names;
}

bool reads_pictures(const NodeDecl& decl, const InputDecl& input) {
  const bool gives_pixels = std::ranges::any_of(decl.outputs, [](const OutputDecl& output) {
    return output.type == "IMAGE" || output.type == "MASK";
  });
  return gives_pixels && std::ranges::find(input.folders, "input") != input.folders.end();
}

Choices::Choices(const Registry& registry, const FileFolders& files)
    : folders_(files),
      samplers_(names(registry, &PluginDescription::samplers)),
      schedulers_(names(registry, &PluginDescription::schedulers)),
      guiders_(names(registry, &PluginDescription::guiders)),
      noises_(names(registry, &PluginDescription::noises)) {}

const std::vector<std::string>& Choices::files(const NodeDecl& decl, const InputDecl& input) {
  const bool pictures = reads_pictures(decl, input);
  const auto [at, is_new] = files_.try_emplace({input.folders, pictures});
  if (!is_new) return at->second;
  static const std::vector<std::string> latents = {".latent", ".safetensors", ".pt"};
  const bool of_input = std::ranges::find(input.folders, "input") != input.folders.end();
  const auto& suffixes = pictures ? picture_suffixes() : of_input ? latents : model_suffixes();
  std::vector<std::string>& names = at->second;
  const bool of_diffusers = std::ranges::find(input.folders, "diffusers") != input.folders.end();
  for (const fs::path& folder : folders_.of(input.folders)) {
    if (of_diffusers) {
      std::ranges::move(models_below(folder), std::back_inserter(names));
      continue;
    }
    for (FileBelow& file : files_below(folder, suffixes)) names.push_back(std::move(file.name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace ksampler::comfy
