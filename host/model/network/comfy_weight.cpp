#include "host/model/network/comfy_weight.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/quantisation.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr std::int64_t kMxBlock = 32;
constexpr std::int64_t kNvBlock = 16;
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
  RotatedWeight(FileTensor values, at::Tensor scale, std::int64_t group)
      : values_(std::move(values)), scale_(std::move(scale)), group_(group) {}

  at::Tensor widened(at::ScalarType type) const override {
    const at::Tensor here = values_.get();
    const std::int64_t columns = here.size(1);
    const auto* const values = here.const_data_ptr<std::int8_t>();
    const auto* const scales = scale_.const_data_ptr<float>();
    const bool each_row = scale_.numel() > 1;
    const auto root = static_cast<float>(std::sqrt(static_cast<double>(group_)));  // a power of 2
    return by_rows(here.size(0), columns, type, [&](float* out, std::int64_t row) {
      const std::int8_t* const in = values + row * columns;
      for (std::int64_t k = 0; k < columns; ++k) out[k] = in[k];
      for (std::int64_t first = 0; first < columns; first += group_) rotate(out + first, group_);
      const float scale = scales[each_row ? row : 0] / root;
      for (std::int64_t k = 0; k < columns; ++k) out[k] *= scale;
    });
  }
  std::uint64_t bytes() const override { return values_.like().nbytes(); }

 private:
  FileTensor values_;
  at::Tensor scale_;
  std::int64_t group_;
};

class Mxfp8Weight : public StoredWeight {
 public:
  Mxfp8Weight(FileTensor values, at::Tensor scales)
      : values_(std::move(values)), scales_(std::move(scales)) {}

  at::Tensor widened(at::ScalarType type) const override {
    const at::Tensor here = values_.get();
    const std::int64_t columns = here.size(1);
    const std::int64_t blocks = columns / kMxBlock;
    const auto* const values = here.const_data_ptr<c10::Float8_e4m3fn>();
    const auto* const scales = static_cast<const std::uint8_t*>(scales_.const_data_ptr());
    return by_rows(here.size(0), columns, type, [&](float* out, std::int64_t row) {
      const c10::Float8_e4m3fn* const in = values + row * columns;
      for (std::int64_t block = 0; block < blocks; ++block) {
        const int exponent = scales[place_of_scale(row, block, blocks)];
        const float scale = exponent == 0 ? 0.0F : std::ldexp(1.0F, exponent - 127);
        for (std::int64_t k = block * kMxBlock; k < (block + 1) * kMxBlock; ++k)
          out[k] = static_cast<float>(in[k]) * scale;
      }
    });
  }
  std::uint64_t bytes() const override { return values_.like().nbytes() + scales_.nbytes(); }

 private:
  FileTensor values_;
  at::Tensor scales_;
};

// What four bits stand for: a sign, two bits of exponent and one of mantissa.
constexpr std::array<float, 16> kE2m1 = {0.0F,  0.5F,  1.0F,  1.5F,  2.0F,  3.0F,  4.0F,  6.0F,
                                         -0.0F, -0.5F, -1.0F, -1.5F, -2.0F, -3.0F, -4.0F, -6.0F};

class Nvfp4Weight : public StoredWeight {
 public:
  Nvfp4Weight(FileTensor packed, at::Tensor scales, float scale, at::Tensor columns)
      : packed_(std::move(packed)),
        scales_(std::move(scales)),
        scale_(scale),
        columns_(std::move(columns)) {}

  at::Tensor widened(at::ScalarType type) const override {
    const at::Tensor here = packed_.get();
    const std::int64_t columns = 2 * here.size(1);
    const std::int64_t blocks = columns / kNvBlock;
    const auto* const packed = here.const_data_ptr<std::uint8_t>();
    const auto* const scales = scales_.const_data_ptr<c10::Float8_e4m3fn>();
    const float* const by = columns_.defined() ? columns_.const_data_ptr<float>() : nullptr;
    return by_rows(here.size(0), columns, type, [&](float* out, std::int64_t row) {
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
  std::uint64_t bytes() const override { return packed_.like().nbytes() + scales_.nbytes(); }

 private:
  FileTensor packed_;
  at::Tensor scales_;
  float scale_;
  at::Tensor columns_;
};

// What is wrong with a weight and what is beside it, in a sentence with the file's name.
class Checked {
 public:
  Checked(const TensorFile& file, const std::string& whole) : file_(file), whole_(whole) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw Error({file_.file().string()}, sentence("tensor '{}' {}", whole_, what));
  }
  void type(DType expected, const char* format) const {
    const TensorEntry& entry = file_.tensor(whole_);
    if (entry.type == expected && entry.shape.size() == 2) return;
    fail(sentence("is said to be of {}, and is of type {} and shape {}; expected {}, a matrix", format,
                  entry.type_name, shape_text(entry.shape), name_of(expected)));
  }
  // Of columns in whole blocks.
  void divides(std::int64_t columns, std::int64_t block) const {
    if (columns % block != 0)
      fail(sentence("has {} columns, which are no whole blocks of {}", columns, block));
  }
  // The elements of what is beside it; none where it may be missing, and is.
  std::int64_t count(const char* ending, bool may_lack = false) const {
    const auto name = beside(file_, whole_, ending);
    if (!name && may_lack) return 0;
    if (!name) fail(sentence("has no scale beside it: there is no tensor that ends with '{}'", ending));
    std::int64_t count = 1;
    for (const std::int64_t size : file_.tensor(*name).shape) count *= size;
    return count;
  }
  void expect(const char* ending, std::int64_t expected) const {
    const std::int64_t found = count(ending);
    if (found != expected) fail(sentence("has {} scales ('{}'); expected {}", found, ending, expected));
  }

 private:
  const TensorFile& file_;
  const std::string& whole_;
};

std::int64_t tiled_scales(std::int64_t rows, std::int64_t columns, std::int64_t block) {
  return tiles(rows, kTileRows) * kTileRows * tiles(columns / block, kTileColumns) * kTileColumns;
}

// Numbers beside a weight, in float32.
at::Tensor numbers_beside(const std::shared_ptr<const TensorFile>& file, const std::string& whole,
                          const char* ending) {
  const std::string name = *beside(*file, whole, ending);
  at::Tensor numbers = map_tensor(file, name).to(at::kFloat).contiguous();
  if (!at::isfinite(numbers).all().item<bool>()) {
    throw Error({file->file().string()}, sentence("tensor '{}' holds NaN or infinity", name));
  }
  return numbers;
}

}  // namespace

bool is_rotation(std::int64_t group) {
  if (group < 4) return false;
  while (group % 4 == 0) group /= 4;
  return group == 1;
}

void check_comfy_weight(const TensorFile& file, const std::string& whole) {
  const Checked check(file, whole);
  const std::vector<std::int64_t> shape = weight_shape(file, whole);
  switch (const RoundedFormat format = rounded_format(file, whole); format.rounding) {
    case Rounding::scaled:
      return;
    case Rounding::rotated: {
      check.type(DType::i8, "rotated int8");
      check.divides(shape[1], format.group);
      if (check.count(".weight_scale") != 1) check.expect(".weight_scale", shape[0]);
      return;
    }
    case Rounding::mxfp8:
      check.type(DType::f8_e4m3, "mxfp8");
      check.divides(shape[1], kMxBlock);
      check.expect(".weight_scale", tiled_scales(shape[0], shape[1], kMxBlock));
      return;
    case Rounding::nvfp4:
      check.type(DType::u8, "nvfp4");
      check.divides(shape[1], kNvBlock);
      check.expect(".weight_scale", tiled_scales(shape[0], shape[1], kNvBlock));
      check.expect(".weight_scale_2", 1);
      if (check.count(".pre_quant_scale", /*may_lack=*/true) > 0) {
        check.expect(".pre_quant_scale", shape[1]);
      }
  }
}

std::shared_ptr<const StoredWeight> comfy_weight(const std::shared_ptr<const TensorFile>& file,
                                                 const std::string& whole, FileTensor values) {
  const auto bytes_of_scales = [&](at::ScalarType type) {
    const std::string name = *beside(*file, whole, ".weight_scale");
    at::Tensor scales = map_tensor(file, name).contiguous();
    if (type == at::kByte && (scales == 255).any().item<bool>()) {
      throw Error({file->file().string()}, sentence("tensor '{}' holds NaN", name));
    }
    if (scales.scalar_type() == type) return scales;
    throw Error({file->file().string()},
                sentence("tensor '{}' is of type {}; expected {}", name, file->tensor(name).type_name,
                         type == at::kByte ? "U8 or F8_E8M0" : "F8_E4M3"));
  };
  const RoundedFormat format = rounded_format(*file, whole);
  if (format.rounding == Rounding::rotated) {
    return std::make_shared<RotatedWeight>(std::move(values),
                                           numbers_beside(file, whole, ".weight_scale"), format.group);
  }
  if (format.rounding == Rounding::mxfp8) {
    return std::make_shared<Mxfp8Weight>(std::move(values), bytes_of_scales(at::kByte));
  }
  const float scale = numbers_beside(file, whole, ".weight_scale_2").item<float>();
  numbers_beside(file, whole, ".weight_scale");  // finite, each
  const bool has_columns = beside(*file, whole, ".pre_quant_scale").has_value();
  return std::make_shared<Nvfp4Weight>(
      std::move(values), bytes_of_scales(at::kFloat8_e4m3fn), scale,
      has_columns ? numbers_beside(file, whole, ".pre_quant_scale") : at::Tensor());
}

}  // namespace ksampler
