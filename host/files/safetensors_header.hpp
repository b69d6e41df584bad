// The header of a safetensors file: what it says, checked against the size of the data behind it.
#ifndef KSAMPLER_FILES_SAFETENSORS_HEADER_HPP
#define KSAMPLER_FILES_SAFETENSORS_HEADER_HPP

#include "host/files/tensor_file.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// The key of the header that holds strings instead of a tensor.
inline constexpr char kMetadataKey[] = "__metadata__";

// As the reference implementation: a header is at most this long.
inline constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

// Whether a file that begins so is safetensors: a header's length is at most 100 MB, so that the upper
// four of its eight bytes are 0, and the header begins with '{'. No other format's files do both.
bool is_safetensors(std::span<const std::byte> start);

// Of a whole file. Throws Error.
TensorFileHeader read_safetensors_header(const InputFile& input);

// Reads the JSON of a header; offsets count from the data's begin. `file` is for messages. Throws
// Error.
TensorFileHeader parse_safetensors_header(const std::string& file, std::string_view json,
                                          std::uint64_t data_size);

// How many bytes a tensor of a known type takes, or -1 where that is more than an int64 counts, or a
// size is negative.
std::int64_t tensor_bytes(DType type, const std::vector<std::int64_t>& shape);

}  // namespace ksampler

#endif
