// Looks for plugins by their manifests; runs no code of them.
#ifndef KSAMPLER_PLUGIN_PLUGIN_SEARCH_HPP
#define KSAMPLER_PLUGIN_PLUGIN_SEARCH_HPP

#include "host/base/error.hpp"
#include "host/plugin/manifest.hpp"

#include <filesystem>
#include <vector>

namespace ksampler {

struct FoundPlugins {
  std::vector<std::filesystem::path> folders;  // where was searched
  std::vector<Manifest> plugins;               // no two of one name
  std::vector<Diagnostic> broken;              // the place is the manifest's file
  std::vector<Diagnostic> shadowed;
};

// Searches each folder: plugin.toml in it, and in its folders one level down. A folder that does not
// exist is no error. Of the same plugin name found twice, the first path wins and the other is noted in
// `shadowed`.
FoundPlugins search_plugins(std::vector<std::filesystem::path> folders);

}  // namespace ksampler

#endif
