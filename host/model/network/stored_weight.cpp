#include "host/model/network/stored_weight.hpp"

#include "host/model/network/tensors.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace ksampler {
namespace {

// What each of the 256 bytes stands for.
std::array<float, 256> values_of(at::ScalarType type) {
  std::array<float, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(i);
    if (type == at::kFloat8_e4m3fn) {
      values.at(i) = c10::Float8_e4m3fn(byte, c10::Float8_e4m3fn::from_bits());
    } else if (type == at::kFloat8_e5m2) {
      values.at(i) = c10::Float8_e5m2(byte, c10::Float8_e5m2::from_bits());
    } else {
      values.at(i) = static_cast<std::int8_t>(byte);
    }
  }
  return values;
}

// A row of a matrix of bytes: each byte's value times the row's scale, looked up in one pass.
template <typename T>
void widen_rows(const at::Tensor& bytes, const at::Tensor& scales, at::Tensor& to) {
  const std::array<float, 256> values = values_of(bytes.scalar_type());
  const auto* from = static_cast<const std::uint8_t*>(bytes.const_data_ptr());
  auto* const wide = to.mutable_data_ptr<T>();
  const float* scale = scales.defined() ? scales.const_data_ptr<float>() : nullptr;
  const bool each_row = scale != nullptr && scales.numel() > 1;
  const std::int64_t rows = bytes.size(0);
  const std::int64_t columns = bytes.numel() / std::max<std::int64_t>(rows, 1);
  at::parallel_for(0, rows, 1, [&](std::int64_t begin, std::int64_t end) {
    std::array<T, 256> table{};
    for (std::int64_t row = begin; row < end; ++row) {
      if (row == begin || each_row) {
        const float s = scale == nullptr ? 1.0F : scale[each_row ? row : 0];
        for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<T>(values[i] * s);
      }
      const std::uint8_t* in = from + row * columns;
      T* out = wide + row * columns;
      for (std::int64_t k = 0; k < columns; ++k) out[k] = table[in[k]];
    }
  });
}

class NarrowWeight : public StoredWeight {
 public:
  NarrowWeight(FileTensor values, at::Tensor scale)
      : values_(std::move(values)), scale_(std::move(scale)) {}

  at::Tensor widened(at::ScalarType type) const override {
    const at::Tensor values = values_.get();
    const bool bytes = c10::elementSize(values.scalar_type()) == 1;
    if (bytes && values.is_cpu() && values.dim() > 0) return from_bytes(values, type);
    if (!scale_.defined()) return values.to(type);
    return values.to(at::kFloat).mul_(scale_).to(type);
  }
  std::uint64_t bytes() const override { return values_.like().nbytes(); }

 private:
  at::Tensor from_bytes(const at::Tensor& values, at::ScalarType type) const {
    at::Tensor wide = at::empty(values.sizes(), type);
    switch (type) {
      case at::kFloat:
        widen_rows<float>(values, scale_, wide);
        return wide;
      case at::kBFloat16:
        widen_rows<c10::BFloat16>(values, scale_, wide);
        return wide;
      case at::kHalf:
        widen_rows<c10::Half>(values, scale_, wide);
        return wide;
      default:
        throw std::logic_error("a type that nothing is computed with");
    }
  }

  FileTensor values_;
  at::Tensor scale_;  // float32, in a shape that multiplies the values
};

class BlockWeight : public StoredWeight {
 public:
  BlockWeight(FileTensor blocks, const BlockFormat& format, std::vector<std::int64_t> shape)
      : blocks_(std::move(blocks)), format_(&format), shape_(std::move(shape)) {}

  at::Tensor widened(at::ScalarType type) const override {
    return widened_blocks(blocks_.get(), *format_, shape_, type);
  }
  std::uint64_t bytes() const override { return blocks_.like().nbytes(); }

 private:
  FileTensor blocks_;
  const BlockFormat* format_;
  std::vector<std::int64_t> shape_;
};

class PatchedWeight : public StoredWeight {
 public:
  PatchedWeight(std::shared_ptr<const StoredWeight> weight, std::vector<WeightPatch> patches,
                at::ScalarType rounded_to)
      : weight_(std::move(weight)), patches_(std::move(patches)), rounded_to_(rounded_to) {}

  at::Tensor widened(at::ScalarType type) const override {
    return patched(weight_->widened(rounded_to_), patches_).to(type);
  }
  std::uint64_t bytes() const override { return weight_->bytes(); }

 private:
  std::shared_ptr<const StoredWeight> weight_;
  std::vector<WeightPatch> patches_;
  at::ScalarType rounded_to_;
};

}  // namespace

FileTensor::FileTensor(at::Tensor tensor, std::shared_ptr<WeightStream> stream)
    : tensor_(std::move(tensor)), stream_(std::move(stream)) {
  if (stream_ != nullptr) index_ = stream_->add(tensor_);
}

std::shared_ptr<const StoredWeight> narrow_weight(FileTensor values, at::Tensor scale) {
  if (scale.defined()) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(values.like().dim()), 1);
    if (scale.numel() > 1) shape[0] = -1;
    scale = scale.to(at::kFloat).contiguous().reshape(shape);
  }
  return std::make_shared<NarrowWeight>(std::move(values), std::move(scale));
}

std::shared_ptr<const StoredWeight> block_weight(FileTensor blocks, const BlockFormat& format,
                                                 std::vector<std::int64_t> shape) {
  return std::make_shared<BlockWeight>(std::move(blocks), format, std::move(shape));
}

std::shared_ptr<const StoredWeight> patched_weight(std::shared_ptr<const StoredWeight> weight,
                                                   std::vector<WeightPatch> patches,
                                                   at::ScalarType rounded_to) {
  return std::make_shared<PatchedWeight>(std::move(weight), std::move(patches), rounded_to);
}

}  // namespace ksampler
