// Tensors of a file as LibTorch sees them.
#ifndef KSAMPLER_MODEL_NETWORK_TENSORS_HPP
#define KSAMPLER_MODEL_NETWORK_TENSORS_HPP

#include "host/files/gguf/block_formats.hpp"
#include "host/files/safetensors.hpp"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

namespace ksampler {

// The tensor `name`, read into memory of its own: what happens to the file later does not touch it.
// Throws Error where there is none, or the file was written to since it was opened.
at::Tensor map_tensor(const std::shared_ptr<const TensorFile>& file, const std::string& name);

// The same where it lies in the file, without a copy, for reading only; on the CPU. Undefined where
// that is not possible, see TensorFile::mapped. Blocks are bytes, [n].
at::Tensor tensor_in_file(const std::shared_ptr<const TensorFile>& file, const std::string& name);

// The type of a tensor, without reading it. Throws Error as map_tensor.
at::ScalarType stored_type(const TensorFile& file, const std::string& name);

// Whether it is rounded in blocks. These are read as bytes, [n], and widened by their format to
// float32, float16 or bfloat16.
bool is_in_blocks(const TensorFile& file, const std::string& name);
at::Tensor map_blocks(const std::shared_ptr<const TensorFile>& file, const std::string& name);
at::Tensor widened_blocks(const at::Tensor& blocks, const BlockFormat& format, at::IntArrayRef shape,
                          at::ScalarType type = at::kFloat);
const BlockFormat& block_format_of(const TensorFile& file, const std::string& name);

// The tensor, converted to float32 on `device`, and checked to have `dimensions` dimensions.
at::Tensor load_float(const std::shared_ptr<const TensorFile>& file, const std::string& name,
                      std::int64_t dimensions, at::Device device);

// "[320, 4, 3, 3]"; a size below 0 reads "any".
std::string shape_text(at::IntArrayRef shape);

// A contiguous CPU tensor as the writer wants it; it must outlive the view.
TensorView view_of(const at::Tensor& tensor);

}  // namespace ksampler

#endif
