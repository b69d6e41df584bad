// Names of files that others wrote, below a folder that they must not lead out of.
#ifndef KSAMPLER_BASE_PATH_WITHIN_HPP
#define KSAMPLER_BASE_PATH_WITHIN_HPP

#include <filesystem>
#include <string>

namespace ksampler {

// `name` below `folder`, without "." and ".." in it; empty where it leads out of it, or to it.
inline std::filesystem::path path_within(const std::filesystem::path& folder, const std::string& name) {
  const std::filesystem::path path = (folder / name).lexically_normal();
  const std::filesystem::path relative = path.lexically_relative(folder);
  const bool inside = !relative.empty() && *relative.begin() != ".." && *relative.begin() != ".";
  return inside ? path : std::filesystem::path();
}

}  // namespace ksampler

#endif
