// A file that somebody else may be writing just now, read when that is over.
#ifndef KSAMPLER_PLUGIN_SETTLED_FILE_HPP
#define KSAMPLER_PLUGIN_SETTLED_FILE_HPP

#include "host/base/file_stamp.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

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

// "1.5 s"
std::string seconds_text(std::chrono::milliseconds time);

}  // namespace ksampler

#endif
