#include "host/model/network/tensors.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <ATen/ops/empty.h>

#include <array>
#include <string>
#include <vector>

namespace ksampler {
namespace {

struct TypePair {
  DType file;
  at::ScalarType torch;
};

constexpr std::array<TypePair, 12> kTypes = {{{DType::boolean, at::kBool},
                                              {DType::u8, at::kByte},
                                              {DType::i8, at::kChar},
                                              {DType::f8_e4m3, at::kFloat8_e4m3fn},
                                              {DType::f8_e5m2, at::kFloat8_e5m2},
                                              {DType::i16, at::kShort},
                                              {DType::f16, at::kHalf},
                                              {DType::bf16, at::kBFloat16},
                                              {DType::i32, at::kInt},
                                              {DType::f32, at::kFloat},
                                              {DType::i64, at::kLong},
                                              {DType::f64, at::kDouble}}};

}  // namespace

std::string shape_text(at::IntArrayRef shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + (shape[i] < 0 ? "any" : std::to_string(shape[i]));
  }
  return text + "]";
}

at::ScalarType stored_type(const SafetensorsFile& file, const std::string& name) {
  const TensorEntry& entry = file.tensor(name);
  std::vector<std::string> types;
  for (const TypePair& type : kTypes) {
    if (type.file == entry.type) return type.torch;
    types.emplace_back(name_of(type.file));
  }
  throw Error({file.file().string()},
              sentence("tensor '{}' is of type {}, which cannot be read; expected {}", name,
                       quote(entry.type_name), listed(types)));
}

at::Tensor map_tensor(const std::shared_ptr<const SafetensorsFile>& file, const std::string& name) {
  const TensorEntry& entry = file->tensor(name);
  at::Tensor tensor = at::empty(entry.shape, at::TensorOptions(stored_type(*file, name)));
  file->read(entry, {static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes()});
  return tensor;
}

at::Tensor load_float(const std::shared_ptr<const SafetensorsFile>& file, const std::string& name,
                      std::int64_t dimensions, at::Device device) {
  at::Tensor tensor = map_tensor(file, name);
  if (tensor.dim() != dimensions) {
    throw Error({file->file().string()}, sentence("tensor '{}' has shape {}; expected {} dimensions",
                                                  name, shape_text(tensor.sizes()), dimensions));
  }
  return tensor.to(at::TensorOptions(at::kFloat).device(device)).contiguous();
}

TensorView view_of(const at::Tensor& tensor) {
  for (const TypePair& type : kTypes) {
    if (type.torch != tensor.scalar_type()) continue;
    return {type.file,
            tensor.sizes().vec(),
            {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}};
  }
  throw Error(sentence("a tensor of type {} cannot be written as safetensors",
                       at::toString(tensor.scalar_type())));
}

}  // namespace ksampler
