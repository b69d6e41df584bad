#include "host/plugin/plugin_search.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

constexpr char kManifestName[] = "plugin.toml";

// The manifests of a folder: its own, then those one level down, by name.
std::vector<fs::path> manifests_in(const fs::path& folder, std::vector<Diagnostic>& broken) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;  // of an entry that went away
    const fs::path file = at->path() / kManifestName;
    if (at->is_directory(ignored) && fs::exists(file, ignored)) files.push_back(file);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    broken.push_back({{folder.string()}, "the plugin folder cannot be read: " + error.message()});
  }
  std::sort(files.begin(), files.end());
  if (const fs::path own = folder / kManifestName; fs::exists(own, error)) {
    files.insert(files.begin(), own);
  }
  return files;
}

void add(FoundPlugins& found, const fs::path& file, std::map<std::string, std::size_t>& by_name) {
  Manifest manifest;
  try {
    manifest = read_manifest(file);
  } catch (const Error& error) {
    found.broken.insert(found.broken.end(), error.diagnostics().begin(), error.diagnostics().end());
    return;
  }
  std::error_code error;
  if (!fs::is_regular_file(manifest.library, error)) {
    found.broken.push_back(
        {{file.string()}, sentence("its library {} is not there", manifest.library)});
    return;
  }
  const auto [at, is_new] = by_name.emplace(manifest.plugin.name, found.plugins.size());
  if (is_new) {
    found.plugins.push_back(std::move(manifest));
  } else {
    found.shadowed.push_back({{file.string()},
                              sentence("plugin {} is not used: found first in {}",
                                       quote(manifest.plugin.name), found.plugins[at->second].file)});
  }
}

}  // namespace

FoundPlugins search_plugins(std::vector<fs::path> folders) {
  FoundPlugins found;
  found.folders = std::move(folders);
  std::set<fs::path> visited;  // a folder may be named twice, and lead to another by a link
  std::map<std::string, std::size_t> by_name;
  for (const fs::path& folder : found.folders) {
    for (const fs::path& file : manifests_in(folder, found.broken)) {
      std::error_code error;
      if (visited.insert(fs::weakly_canonical(file, error)).second) add(found, file, by_name);
    }
  }
  return found;
}

}  // namespace ksampler
