// safetensors files, written whole or not at all; what reads them is TensorFile. Format:
// https://github.com/huggingface/safetensors (8 bytes length, JSON header, data).
#ifndef KSAMPLER_FILES_SAFETENSORS_HPP
#define KSAMPLER_FILES_SAFETENSORS_HPP

#include "host/files/tensor_file.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// A tensor to be written.
struct TensorView {
  DType type = DType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;  // row-major, little-endian
};

// The bytes of a file with these tensors, the widest types first, then by name: so that each is
// aligned. Throws Error where a tensor's data does not fit its shape.
std::vector<std::byte> safetensors_bytes(const std::map<std::string, TensorView>& tensors,
                                         const std::map<std::string, std::string>& metadata);

}  // namespace ksampler

#endif
