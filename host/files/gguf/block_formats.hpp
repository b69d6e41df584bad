// How ggml rounds weights in blocks: each of 32 or 256 values that share a scale, and of the larger
// ones scales of their parts. The formulas are ggml's, in its order of operations: the values are its
// to the bit. Thread rule: pure functions.
#ifndef KSAMPLER_FILES_GGUF_BLOCK_FORMATS_HPP
#define KSAMPLER_FILES_GGUF_BLOCK_FORMATS_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ksampler {

struct BlockFormat {
  std::string_view name;  // "Q4_K"
  std::uint32_t id;       // ggml's
  std::int64_t values;    // of a block
  std::size_t bytes;
  void (*widen)(const std::uint8_t* block, float* values);
};

std::span<const BlockFormat> block_formats();

// Null: there is none of that name.
const BlockFormat* block_format(std::string_view name);

}  // namespace ksampler

#endif
