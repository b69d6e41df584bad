// Lanczos resampling of 8 bit channels in fixed point, as Pillow's Image.resize does it: first the
// rows, rounded to 8 bits, then the columns. Colours of a picture with alpha are weighed by it.
//   L(x) = sinc(x) sinc(x / 3) for |x| < 3, stretched by the scale where a side gets shorter
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/floor_divide.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ksampler {
namespace {

constexpr double kSupport = 3.0;
constexpr int kFractionBits =
    32 - 8 - 2;  // an int32 holds a pixel times a weight, with room for overshoot

double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double kernel(double x) { return std::abs(x) < kSupport ? sinc(x) * sinc(x / kSupport) : 0.0; }

// The weights of the old pixels from `begin` on that make one new one.
struct Window {
  std::int64_t begin;
  std::vector<std::int32_t> weights;
};

std::vector<Window> windows(std::int64_t old_length, std::int64_t new_length) {
  const double scale = static_cast<double>(old_length) / static_cast<double>(new_length);
  const double stretch = std::max(scale, 1.0);
  const double reach = kSupport * stretch;
  std::vector<Window> all;
  for (std::int64_t i = 0; i < new_length; ++i) {
    const double middle = (static_cast<double>(i) + 0.5) * scale;
    const auto begin = std::max<std::int64_t>(0, static_cast<std::int64_t>(middle - reach + 0.5));
    const auto end = std::min(old_length, static_cast<std::int64_t>(middle + reach + 0.5));
    std::vector<double> exact;
    double sum = 0;
    for (std::int64_t k = begin; k < end; ++k) {
      exact.push_back(kernel((static_cast<double>(k) - middle + 0.5) * (1.0 / stretch)));
      sum += exact.back();
    }
    Window window{begin, {}};
    for (const double weight : exact) {
      window.weights.push_back(
          static_cast<std::int32_t>(std::round(weight / sum * (1 << kFractionBits))));
    }
    all.push_back(std::move(window));
  }
  return all;
}

// One plane, [rows, length] to [rows, new length]; the steps say how far apart pixels and rows lie.
struct Plane {
  const std::uint8_t* from;
  std::uint8_t* to;
  std::int64_t rows;
  std::int64_t from_step, from_row, to_step, to_row;
};

void resample(const Plane& plane, const std::vector<Window>& all) {
  for (std::int64_t row = 0; row < plane.rows; ++row) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::int32_t sum = 1 << (kFractionBits - 1);  // rounds
      const std::uint8_t* pixel = plane.from + row * plane.from_row + all[i].begin * plane.from_step;
      for (const std::int32_t weight : all[i].weights) {
        sum += *pixel * weight;
        pixel += plane.from_step;
      }
      plane.to[row * plane.to_row + static_cast<std::int64_t>(i) * plane.to_step] =
          static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255));
    }
  }
}

at::Tensor resampled(at::Tensor bytes, Size size) {
  const std::int64_t planes = bytes.size(0) * bytes.size(1);
  const std::int64_t height = bytes.size(2);
  const std::int64_t width = bytes.size(3);
  if (size.width != width) {
    at::Tensor rows = at::empty({bytes.size(0), bytes.size(1), height, size.width}, at::kByte);
    resample({bytes.const_data_ptr<std::uint8_t>(), rows.data_ptr<std::uint8_t>(), planes * height, 1,
              width, 1, size.width},
             windows(width, size.width));
    bytes = rows;
  }
  if (size.height != height) {
    at::Tensor columns = at::empty({bytes.size(0), bytes.size(1), size.height, size.width}, at::kByte);
    const std::vector<Window> all = windows(height, size.height);
    for (std::int64_t i = 0; i < planes; ++i) {
      resample({bytes.const_data_ptr<std::uint8_t>() + i * height * size.width,
                columns.data_ptr<std::uint8_t>() + i * size.height * size.width, size.width, size.width,
                1, size.width, 1},
               all);
    }
    bytes = columns;
  }
  return bytes;
}

// Colours times alpha, so that what is transparent does not colour its neighbours. `bytes`: [B,4,H,W].
at::Tensor multiplied_by_alpha(const at::Tensor& bytes) {
  const at::Tensor alpha = bytes.narrow(1, 3, 1);
  // (p + p / 256) / 256 is p / 255, rounded, of p with a half added.
  const at::Tensor product = bytes.narrow(1, 0, 3).to(at::kInt) * alpha + 128;
  const at::Tensor colours = at::floor_divide(at::floor_divide(product, 256) + product, 256);
  return at::cat({colours.to(at::kByte), alpha}, 1).contiguous();
}

// And back. Where alpha is 0, colours stay.
at::Tensor divided_by_alpha(const at::Tensor& bytes) {
  const at::Tensor alpha = bytes.narrow(1, 3, 1);
  const at::Tensor colours = bytes.narrow(1, 0, 3);
  const at::Tensor shares = at::floor_divide(colours.to(at::kInt) * 255, alpha.clamp_min(1));
  const at::Tensor plain = at::where(alpha == 0, colours, shares.clamp_max(255).to(at::kByte));
  return at::cat({plain, alpha}, 1);
}

}  // namespace

at::Tensor lanczos(const at::Tensor& input, Size size) {
  const at::Tensor bytes = (input.clamp(0.0, 1.0) * 255.0).nan_to_num(0.0).to(at::kByte).contiguous();
  const bool same = size.height == input.size(2) && size.width == input.size(3);
  const bool clear = input.size(1) == 4 && !same;
  const at::Tensor made =
      clear ? divided_by_alpha(resampled(multiplied_by_alpha(bytes), size)) : resampled(bytes, size);
  return made.to(at::kFloat) / 255.0;
}

}  // namespace ksampler
