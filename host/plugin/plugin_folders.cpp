#include "host/plugin/registry.hpp"

#include <cstdlib>
#include <string_view>

namespace ksampler {

namespace fs = std::filesystem;

// Of the two places, those that exist, or both for a message.
std::vector<fs::path> installed_plugin_folders() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path above = program.parent_path().parent_path();
  const std::vector<fs::path> places = {above / "plugins", above / "lib" / "ksampler" / "plugins"};
  std::vector<fs::path> found;
  for (const fs::path& place : places) {
    if (fs::is_directory(place, error)) found.push_back(place);
  }
  return found.empty() ? places : found;
}

fs::path isolating_program() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "ksampler-isolate";
}

std::vector<fs::path> plugin_folders(const std::vector<fs::path>& extra) {
  std::vector<fs::path> folders;
  const char* variable = std::getenv("KSAMPLER_PLUGIN_PATH");
  std::string_view left = variable == nullptr ? "" : variable;
  while (!left.empty()) {
    const std::size_t colon = left.find(':');
    if (const std::string_view folder = left.substr(0, colon); !folder.empty()) {
      folders.emplace_back(folder);
    }
    left.remove_prefix(colon == std::string_view::npos ? left.size() : colon + 1);
  }
  folders.insert(folders.end(), extra.begin(), extra.end());
  for (const fs::path& folder : installed_plugin_folders()) folders.push_back(folder);
  return folders;
}

}  // namespace ksampler
