// Whether a path is that of a file: no folder, socket or the like.
#ifndef KSAMPLER_BASE_PLAIN_FILE_HPP
#define KSAMPLER_BASE_PLAIN_FILE_HPP

#include <filesystem>
#include <system_error>

namespace ksampler {

// Also where a link leads to one. What cannot be asked is none.
inline bool is_plain_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace ksampler

#endif
