#include "host/pictures/resize.hpp"

#include "host/base/error.hpp"

#include <ATen/ops/_upsample_nearest_exact2d.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <cmath>
#include <map>
#include <stdexcept>

namespace ksampler {
namespace {

using Method = at::Tensor (*)(const at::Tensor&, Size);

const std::map<std::string, Method>& methods() {
  static const std::map<std::string, Method> table = {
      {"nearest-exact",
       [](const at::Tensor& input, Size size) {
         return at::_upsample_nearest_exact2d(input, {size.height, size.width});
       }},
      {"bilinear",
       [](const at::Tensor& input, Size size) {
         return at::upsample_bilinear2d(input, {size.height, size.width}, /*align_corners=*/false);
       }},
      {"area",
       [](const at::Tensor& input, Size size) {
         return at::adaptive_avg_pool2d(input, {size.height, size.width});
       }},
      {"bicubic",
       [](const at::Tensor& input, Size size) {
         return at::upsample_bicubic2d(input, {size.height, size.width}, /*align_corners=*/false);
       }},
      {"bislerp", &bislerp},
      {"lanczos", &lanczos},
  };
  return table;
}

// What to cut off at each end of a side so that its ratio to the other is the new one.
std::int64_t surplus(std::int64_t side, double ratio) {
  const auto length = static_cast<double>(side);
  return rounded((length - length * ratio) / 2);
}

at::Tensor cropped(const at::Tensor& input, Size size) {
  const std::int64_t width = input.size(3);
  const std::int64_t height = input.size(2);
  const double old_aspect = static_cast<double>(width) / static_cast<double>(height);
  const double new_aspect = static_cast<double>(size.width) / static_cast<double>(size.height);
  const std::int64_t x = old_aspect > new_aspect ? surplus(width, new_aspect / old_aspect) : 0;
  const std::int64_t y = old_aspect < new_aspect ? surplus(height, old_aspect / new_aspect) : 0;
  if (width - 2 * x < 1 || height - 2 * y < 1) {
    throw Error("cropping " + std::to_string(width) + " x " + std::to_string(height) +
                " to the ratio of " + std::to_string(size.width) + " : " + std::to_string(size.height) +
                " leaves nothing; crop 'disabled' stretches instead");
  }
  return input.narrow(2, y, height - 2 * y).narrow(3, x, width - 2 * x);
}

}  // namespace

at::Tensor resized(const at::Tensor& input, Size size, const std::string& method,
                   const std::string& crop) {
  if (size.width < 1 || size.height < 1 || size.width > kMaxSide || size.height > kMaxSide) {
    throw Error("the result would be " + std::to_string(size.width) + " x " +
                std::to_string(size.height) + "; each side takes 1 to " + std::to_string(kMaxSide));
  }
  const auto at = methods().find(method);
  if (at == methods().end()) throw std::logic_error("no method of resizing: " + method);
  const at::Tensor part = crop == "center" ? cropped(input, size) : input;
  return at->second(part.contiguous(), size);
}

at::Tensor repeated_to_batch(const at::Tensor& input, std::int64_t count) {
  const std::int64_t have = input.size(0);
  if (have >= count) return input.narrow(0, 0, count);
  std::vector<std::int64_t> times(static_cast<std::size_t>(input.dim()), 1);
  times[0] = (count + have - 1) / have;
  return input.repeat(times).narrow(0, 0, count);
}

at::Tensor spread_to_batch(const at::Tensor& input, std::int64_t count) {
  const std::int64_t have = input.size(0);
  if (have == count) return input;
  if (count <= 1) return input.narrow(0, 0, count);
  std::vector<std::int64_t> taken;
  for (std::int64_t i = 0; i < count; ++i) {
    taken.push_back(count < have ? proportional(i, have - 1, count - 1)
                                 : (2 * i + 1) * have / (2 * count));
  }
  return input.index_select(0, at::tensor(taken, input.options().dtype(at::kLong)));
}

// As std::nearbyint in its usual mode.
std::int64_t rounded(double value) { return static_cast<std::int64_t>(std::nearbyint(value)); }

std::int64_t proportional(std::int64_t side, std::int64_t numerator, std::int64_t denominator) {
  return rounded(static_cast<double>(side * numerator) / static_cast<double>(denominator));
}

}  // namespace ksampler
