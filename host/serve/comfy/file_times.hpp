// What lists of files say of each: its size and when it was changed, in milliseconds since 1970.
#ifndef KSAMPLER_SERVE_COMFY_FILE_TIMES_HPP
#define KSAMPLER_SERVE_COMFY_FILE_TIMES_HPP

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

namespace ksampler::comfy {

struct FileTimes {
  std::uint64_t size = 0;
  double modified = 0;  // milliseconds
  double created = 0;   // of its entry in the folder, as far as the system keeps that
};

inline FileTimes times_of(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return {};
  const auto milliseconds = [](const timespec& time) {
    const std::int64_t whole = time.tv_nsec / 1'000'000;
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(whole);
  };
  return {static_cast<std::uint64_t>(found.st_size), milliseconds(found.st_mtim),
          milliseconds(found.st_ctim)};
}

}  // namespace ksampler::comfy

#endif
