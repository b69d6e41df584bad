// Bytes that can be read at any place: a file's, or those of a test in memory.
#ifndef KSAMPLER_FILES_BYTE_SOURCE_HPP
#define KSAMPLER_FILES_BYTE_SOURCE_HPP

#include "host/files/input_file.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

struct ByteSource {
  std::string name;  // for messages
  std::uint64_t size = 0;
  // Fills `to` with the bytes that begin at `begin`. REQUIRES: begin + to.size() <= size.
  std::function<void(std::uint64_t begin, std::span<std::byte> to)> read;
};

// `file` must outlive the source.
inline ByteSource source_of(const InputFile& file) {
  return {file.file().string(), file.size(),
          [&file](std::uint64_t begin, std::span<std::byte> to) { file.read(begin, to); }};
}

inline std::vector<std::byte> read_bytes(const ByteSource& source, std::uint64_t begin,
                                         std::uint64_t size) {
  std::vector<std::byte> bytes(size);
  source.read(begin, bytes);
  return bytes;
}

}  // namespace ksampler

#endif
