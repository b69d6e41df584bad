// A file that somebody else may be writing just now, read when that is over.
#ifndef KSAMPLER_PLUGIN_SETTLED_FILE_HPP
#define KSAMPLER_PLUGIN_SETTLED_FILE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// What tells one state of a file from another without reading it.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t written = 0;  // mtime and ctime, in nanoseconds
  std::int64_t changed = 0;
  bool operator==(const FileStamp&) const = default;
};

// None where there is no such file.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

// FNV-1a of 64 bits: two builds of a library differ in it. No protection against somebody who wants
// them to agree.
std::uint64_t hash_of(std::span<const std::byte> bytes);
std::string hash_text(std::uint64_t hash);  // 16 hexadecimal digits

struct SettledFile {
  FileStamp stamp;
  std::vector<std::byte> bytes;
  std::uint64_t hash = 0;
};

// Reads a file once stamp and contents are the same for as long as `quiet`: a linker that maps its
// output may write without the time changing. Throws Error where it goes on changing for longer than
// `patience`, or cannot be read.
SettledFile read_settled(const std::filesystem::path& file, std::chrono::milliseconds quiet,
                         std::chrono::milliseconds patience);

}  // namespace ksampler

#endif
