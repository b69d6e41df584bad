// What tells one state of a file from another without reading it.
#ifndef KSAMPLER_BASE_FILE_STAMP_HPP
#define KSAMPLER_BASE_FILE_STAMP_HPP

#include <sys/stat.h>

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace ksampler {

struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t written = 0;  // mtime and ctime, in nanoseconds
  std::int64_t changed = 0;
  auto operator<=>(const FileStamp&) const = default;
};

// A file as it was when somebody looked for it.
struct SeenFile {
  std::filesystem::path file;
  std::optional<FileStamp> stamp;  // none: it was not there
  bool operator==(const SeenFile&) const = default;
};

FileStamp stamp_of(const struct ::stat& facts);

// None where there is no such file. Of a folder: what tells one state of its files, and of those in its
// folders, from another.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

}  // namespace ksampler

#endif
