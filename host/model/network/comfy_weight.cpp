#include "host/model/network/comfy_weight.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr std::int64_t kTileRows = 128;
constexpr std::int64_t kTileColumns = 4;

std::int64_t tiles(std::int64_t count, std::int64_t of) { return (count + of - 1) / of; }

// Where the scale of a row and a block of its columns lies. A tile is 512 bytes: rows 0, 32, 64 and 96
// with their four columns each, then rows 1, 33, ... (cuBLAS' layout of block scales).
std::int64_t place_of_scale(std::int64_t row, std::int64_t block, std::int64_t blocks) {
  const std::int64_t tile = row / kTileRows * tiles(blocks, kTileColumns) + block / kTileColumns;
  const std::int64_t in_tile = row % kTileRows;
  return tile * kTileRows * kTileColumns + in_tile % 32 * 16 + in_tile / 32 * kTileColumns +
         block % kTileColumns;
}

// Each row by itself: row(out, r) fills a float32 buffer of one row, which is stored in `type`.
template <typename Row>
at::Tensor by_rows(std::int64_t rows, std::int64_t columns, at::ScalarType type, const Row& row) {
  at::Tensor wide = at::empty({rows, columns}, type);
  const auto fill = [&]<typename T>(T* to) {
    at::parallel_for(0, rows, 1, [&](std::int64_t begin, std::int64_t end) {
      std::vector<float> buffer(static_cast<std::size_t>(columns));
      for (std::int64_t r = begin; r < end; ++r) {
        row(buffer.data(), r);
        T* const out = to + r * columns;
        for (std::int64_t k = 0; k < columns; ++k)
          out[k] = static_cast<T>(buffer[static_cast<std::size_t>(k)]);
      }
    });
  };
  switch (type) {
    case at::kFloat:
      fill(wide.mutable_data_ptr<float>());
      return wide;
    case at::kBFloat16:
      fill(wide.mutable_data_ptr<c10::BFloat16>());
      return wide;
    case at::kHalf:
      fill(wide.mutable_data_ptr<c10::Half>());
      return wide;
    default:
      throw std::logic_error("a type that nothing is computed with");
  }
}

// A product with the matrix that is not divided by its root: one factor after the other, in place. Sums
// of 256 whole numbers of 8 bits are exact in float32.
void rotate(float* group, std::int64_t size) {
  for (std::int64_t stride = 1; stride < size; stride *= 4) {
    for (std::int64_t base = 0; base < size; base += 4 * stride) {
      float* const a = group + base;
      float* const b = a + stride;
      float* const c = b + stride;
      float* const d = c + stride;
      for (std::int64_t k = 0; k < stride; ++k) {
        const float sum = a[k] + b[k] + c[k] + d[k];
        const float last = sum - 2.0F * a[k];
        a[k] = sum - 2.0F * d[k];
        const float third = sum - 2.0F * b[k];
        b[k] = sum - 2.0F * c[k];
        c[k] = third;
        d[k] = last;
      }
    }
  }
}

class RotatedWeight : public StoredWeight {
 public:
  RotatedWeight(at::Tensor values, at::Tensor scale, std::int64_t group)
      : values_(std::move(values)), scale_(std::move(scale)), group_(group) {}

  at::Tensor widened(at::ScalarType type) const override {
    const std::int64_t columns = values_.size(1);
    const auto* const values = values_.const_data_ptr<std::int8_t>();
    const auto* const scales = scale_.const_data_ptr<float>();
    const bool each_row = scale_.numel() > 1;
    const auto root = static_cast<float>(std::sqrt(static_cast<double>(group_)));  // a power of 2
    return by_rows(values_.size(0), columns, type, [&](float* out, std::int64_t row) {
      const std::int8_t* const in = values + row * columns;
      for (std::int64_t k = 0; k < columns; ++k) out[k] = in[k];
      for (std::int64_t first = 0; first < columns; first += group_) rotate(out + first, group_);
      const float scale = scales[each_row ? row : 0] / root;
      for (std::int64_t k = 0; k < columns; ++k) out[k] *= scale;
    });
  }
  std::uint64_t bytes() const override { return values_.nbytes(); }

 private:
  at::Tensor values_;
  at::Tensor scale_;
  std::int64_t group_;
};

class Mxfp8Weight : public StoredWeight {
 public:
  Mxfp8Weight(at::Tensor values, at::Tensor scales)
      : values_(std::move(values)), scales_(std::move(scales)) {}

  at::Tensor widened(at::ScalarType type) const override {
    const std::int64_t columns = values_.size(1);
    const std::int64_t blocks = columns / kMxBlock;
    const auto* const values = values_.const_data_ptr<c10::Float8_e4m3fn>();
    const auto* const scales = static_cast<const std::uint8_t*>(scales_.const_data_ptr());
    return by_rows(values_.size(0), columns, type, [&](float* out, std::int64_t row) {
      const c10::Float8_e4m3fn* const in = values + row * columns;
      for (std::int64_t block = 0; block < blocks; ++block) {
        const int exponent = scales[place_of_scale(row, block, blocks)];
        const float scale = exponent == 0 ? 0.0F : std::ldexp(1.0F, exponent - 127);
        for (std::int64_t k = block * kMxBlock; k < (block + 1) * kMxBlock; ++k)
          out[k] = static_cast<float>(in[k]) * scale;
      }
    });
  }
  std::uint64_t bytes() const override { return values_.nbytes() + scales_.nbytes(); }

 private:
  at::Tensor values_;
  at::Tensor scales_;
};

// What four bits stand for: a sign, two bits of exponent and one of mantissa.
constexpr std::array<float, 16> kE2m1 = {0.0F,  0.5F,  1.0F,  1.5F,  2.0F,  3.0F,  4.0F,  6.0F,
                                         -0.0F, -0.5F, -1.0F, -1.5F, -2.0F, -3.0F, -4.0F, -6.0F};

class Nvfp4Weight : public StoredWeight {
 public:
  Nvfp4Weight(at::Tensor packed, at::Tensor scales, float scale, at::Tensor columns)
      : packed_(std::move(packed)),
        scales_(std::move(scales)),
        scale_(scale),
        columns_(std::move(columns)) {}

  at::Tensor widened(at::ScalarType type) const override {
    const std::int64_t columns = 2 * packed_.size(1);
    const std::int64_t blocks = columns / kNvBlock;
    const auto* const packed = packed_.const_data_ptr<std::uint8_t>();
    const auto* const scales = scales_.const_data_ptr<c10::Float8_e4m3fn>();
    const float* const by = columns_.defined() ? columns_.const_data_ptr<float>() : nullptr;
    return by_rows(packed_.size(0), columns, type, [&](float* out, std::int64_t row) {
      const std::uint8_t* const in = packed + row * columns / 2;
      for (std::int64_t block = 0; block < blocks; ++block) {
        const float scale = scale_ * static_cast<float>(scales[place_of_scale(row, block, blocks)]);
        for (std::int64_t k = block * kNvBlock; k < (block + 1) * kNvBlock; k += 2) {
          const unsigned both = in[k / 2];
          out[k] = kE2m1.at(both >> 4U) * scale;
          out[k + 1] = kE2m1.at(both & 15U) * scale;
        }
      }
      for (std::int64_t k = 0; by != nullptr && k < columns; ++k) out[k] *= by[k];
    });
  }
  std::uint64_t bytes() const override { return packed_.nbytes() + scales_.nbytes(); }

 private:
  at::Tensor packed_;
  at::Tensor scales_;
  float scale_;
  at::Tensor columns_;
};

}  // namespace

bool is_rotation(std::int64_t group) {
  if (group < 4) return false;
  while (group % 4 == 0) group /= 4;
  return group == 1;
}

std::shared_ptr<const StoredWeight> rotated_weight(at::Tensor values, at::Tensor scale,
                                                   std::int64_t group) {
  return std::make_shared<RotatedWeight>(std::move(values), scale.to(at::kFloat).contiguous(), group);
}

std::int64_t tiled_scales(std::int64_t rows, std::int64_t columns, std::int64_t block) {
  return tiles(rows, kTileRows) * kTileRows * tiles(columns / block, kTileColumns) * kTileColumns;
}

std::shared_ptr<const StoredWeight> mxfp8_weight(at::Tensor values, at::Tensor scales) {
  return std::make_shared<Mxfp8Weight>(std::move(values), std::move(scales));
}

std::shared_ptr<const StoredWeight> nvfp4_weight(at::Tensor packed, at::Tensor scales, float scale,
                                                 at::Tensor columns) {
  if (columns.defined()) columns = columns.to(at::kFloat).contiguous();
  return std::make_shared<Nvfp4Weight>(std::move(packed), std::move(scales), scale, std::move(columns));
}

}  // namespace ksampler
