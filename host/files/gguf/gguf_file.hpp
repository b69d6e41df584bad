// GGUF, the format of ggml (version 2 and 3, little-endian): numbers and texts by name, then where each
// tensor is. Weights may be rounded in blocks (block_formats.hpp). Tensors of llama.cpp's text encoders
// get the names that transformers has for them.
#ifndef KSAMPLER_FILES_GGUF_GGUF_FILE_HPP
#define KSAMPLER_FILES_GGUF_GGUF_FILE_HPP

#include "host/files/byte_source.hpp"
#include "host/files/tensor_file.hpp"

#include <cstddef>
#include <span>

namespace ksampler {

bool is_gguf(std::span<const std::byte> start);

// Where the tensors of a file are in it; as metadata, its texts ("general.architecture"). Throws Error
// that names the file: cut short, another version, a type that is not known, a tensor that lies
// outside.
TensorFileHeader read_gguf_header(const ByteSource& source);

}  // namespace ksampler

#endif
