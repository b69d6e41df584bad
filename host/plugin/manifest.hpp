// plugin.toml, beside a library: what it provides, so that listing and checking load no code.
#ifndef KSAMPLER_PLUGIN_MANIFEST_HPP
#define KSAMPLER_PLUGIN_MANIFEST_HPP

#include "host/plugin/description.hpp"

#include <filesystem>
#include <string_view>

namespace ksampler {

struct Manifest {
  std::filesystem::path file;
  std::filesystem::path library;  // absolute
  PluginDescription plugin;
  bool isolated = false;  // isolation = "process": a process of its own, wherever it is used
};

// Reads and checks a manifest. Throws Error with line and column.
Manifest read_manifest(const std::filesystem::path& file);
// The same of a text; `file` is where it is said to be.
Manifest parse_manifest(std::string_view text, const std::filesystem::path& file);

// The text of a manifest for a library with this description; read_manifest gives it back equal.
std::string manifest_text(const PluginDescription& plugin, const std::string& library_name);

// What differs between a manifest and what its library says of itself: a sentence for each, or empty.
std::vector<std::string> differences(const PluginDescription& manifest,
                                     const PluginDescription& library);

}  // namespace ksampler

#endif
