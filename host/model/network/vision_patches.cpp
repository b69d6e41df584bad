#include "host/model/network/vision_patches.hpp"

#include "host/model/network/rotary.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

// From 56 by 56 to 3584 by 3584 pixels (Qwen2-VL).
Size token_pixels(std::int64_t height, std::int64_t width, std::int64_t token) {
  constexpr double kLeast = 56.0 * 56.0;
  constexpr double kMost = 3584.0 * 3584.0;
  const auto h = static_cast<double>(height);
  const auto w = static_cast<double>(width);
  const auto whole = [token](double side, double (*to)(double)) {
    const double tokens = to(side / static_cast<double>(token));
    return std::max<std::int64_t>(static_cast<std::int64_t>(tokens), 1) * token;
  };
  const auto nearest = [](double x) { return std::nearbyint(x); };
  const auto above = [](double x) { return std::ceil(x); };
  const auto below = [](double x) { return std::floor(x); };
  const Size size{.width = whole(w, nearest), .height = whole(h, nearest)};
  const auto pixels = static_cast<double>(size.width * size.height);
  const double factor = std::sqrt((pixels > kMost ? kMost : kLeast) / (h * w));
  if (pixels > kMost) return {.width = whole(w * factor, below), .height = whole(h * factor, below)};
  if (pixels < kLeast) return {.width = whole(w * factor, above), .height = whole(h * factor, above)};
  return size;
}

at::Tensor of_colours(const std::array<double, 3>& numbers, const at::Tensor& like) {
  return at::tensor(numbers, like.options()).view({1, 3, 1, 1});
}

}  // namespace

at::Tensor fitted_to_tokens(const at::Tensor& picture, std::int64_t side, at::Device device,
                            const std::array<double, 3>& mean, const std::array<double, 3>& deviation) {
  const at::Tensor channels = picture.permute({0, 3, 1, 2}).to(device);
  const at::Tensor fitted =
      resized(channels, token_pixels(channels.size(2), channels.size(3), kMerge * side), "bilinear",
              "disabled");
  return (fitted - of_colours(mean, fitted)) / of_colours(deviation, fitted);
}

at::Tensor patches_in(const at::Tensor& picture, std::int64_t side) {
  const std::int64_t rows = picture.size(2) / (kMerge * side);
  const std::int64_t columns = picture.size(3) / (kMerge * side);
  return picture.view({3, rows, kMerge, side, columns, kMerge, side})
      .permute({1, 4, 2, 5, 0, 3, 6})
      .reshape({rows * columns * kMerge * kMerge, 3 * side * side});
}

at::Tensor in_order_of_patches(const at::Tensor& grid) {
  const std::int64_t rows = grid.size(2) / kMerge;
  const std::int64_t columns = grid.size(3) / kMerge;
  return grid.view({grid.size(1), rows, kMerge, columns, kMerge})
      .permute({1, 3, 2, 4, 0})
      .reshape({-1, grid.size(1)});
}

at::Tensor places_of_patches(std::int64_t rows, std::int64_t columns, at::Device device) {
  return grid_positions(0.0, rows * kMerge, columns * kMerge, device)
      .narrow(1, 1, 2)
      .view({rows, kMerge, columns, kMerge, 2})
      .transpose(1, 2)
      .reshape({-1, 2});
}

at::Tensor load_patch_kernel(const Weights& weights, const std::string& name, std::int64_t side) {
  const at::Tensor frames = weights.as(at::kFloat).get(name, {kAnySize, 3, 2, side, side});
  return frames.sum(2).flatten(1);
}

}  // namespace ksampler
