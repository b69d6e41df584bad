#include "host/model/network/tensors.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace ksampler {
namespace {

struct TypePair {
  DType file;
  at::ScalarType torch;
};

constexpr std::array<TypePair, 13> kTypes = {{{DType::boolean, at::kBool},
                                              {DType::u8, at::kByte},
                                              {DType::i8, at::kChar},
                                              {DType::f8_e4m3, at::kFloat8_e4m3fn},
                                              {DType::f8_e5m2, at::kFloat8_e5m2},
                                              {DType::f8_e8m0, at::kByte},  // as it is written
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

at::ScalarType stored_type(const TensorFile& file, const std::string& name) {
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

at::Tensor map_tensor(const std::shared_ptr<const TensorFile>& file, const std::string& name) {
  const TensorEntry& entry = file->tensor(name);
  at::Tensor tensor = at::empty(entry.shape, at::TensorOptions(stored_type(*file, name)));
  file->read(entry, {static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes()});
  return tensor;
}

at::Tensor tensor_in_file(const std::shared_ptr<const TensorFile>& file, const std::string& name) {
  const TensorEntry& entry = file->tensor(name);
  const std::span<const std::byte> bytes = file->mapped(entry);
  if (bytes.empty()) return {};
  const bool blocks = is_in_blocks(*file, name);
  const std::vector<std::int64_t> flat = {static_cast<std::int64_t>(bytes.size())};
  // A tensor has no const memory. Who wrote to it would end the program, as the pages are read-only.
  return at::from_blob(
      const_cast<std::byte*>(bytes.data()), blocks ? flat : entry.shape,  // NOLINT(*-const-cast)
      [file](void*) {}, at::TensorOptions(blocks ? at::kByte : stored_type(*file, name)));
}

bool is_in_blocks(const TensorFile& file, const std::string& name) {
  return file.tensor(name).type == DType::blocks;
}

const BlockFormat& block_format_of(const TensorFile& file, const std::string& name) {
  const BlockFormat* format = block_format(file.tensor(name).type_name);
  if (format != nullptr) return *format;
  throw Error({file.file().string()}, sentence("tensor '{}' is in blocks of no known format", name));
}

at::Tensor map_blocks(const std::shared_ptr<const TensorFile>& file, const std::string& name) {
  const TensorEntry& entry = file->tensor(name);
  at::Tensor bytes = at::empty({static_cast<std::int64_t>(entry.bytes())}, at::kByte);
  file->read(entry, {static_cast<std::byte*>(bytes.mutable_data_ptr()), bytes.nbytes()});
  return bytes;
}

namespace {

template <typename T>
void widen_blocks(const at::Tensor& blocks, const BlockFormat& format, at::Tensor& values) {
  constexpr std::int64_t kAtOnce = 64;        // blocks that are worth a thread
  constexpr std::size_t kMostOfABlock = 256;  // values
  const auto* from = blocks.const_data_ptr<std::uint8_t>();
  T* const to = values.mutable_data_ptr<T>();
  at::parallel_for(0, values.numel() / format.values, kAtOnce,
                   [&](std::int64_t begin, std::int64_t end) {
                     std::array<float, kMostOfABlock> wide{};
                     for (std::int64_t i = begin; i < end; ++i) {
                       const std::uint8_t* block = from + i * static_cast<std::int64_t>(format.bytes);
                       if constexpr (std::is_same_v<T, float>) {
                         format.widen(block, to + i * format.values);
                       } else {
                         format.widen(block, wide.data());
                         std::copy_n(wide.begin(), format.values, to + i * format.values);
                       }
                     }
                   });
}

}  // namespace

at::Tensor widened_blocks(const at::Tensor& blocks, const BlockFormat& format, at::IntArrayRef shape,
                          at::ScalarType type) {
  at::Tensor values = at::empty(shape, type);
  switch (type) {
    case at::kBFloat16:
      widen_blocks<c10::BFloat16>(blocks, format, values);
      return values;
    case at::kHalf:
      widen_blocks<c10::Half>(blocks, format, values);
      return values;
    default:
      widen_blocks<float>(blocks, format, values);
      return values;
  }
}

at::Tensor load_float(const std::shared_ptr<const TensorFile>& file, const std::string& name,
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
