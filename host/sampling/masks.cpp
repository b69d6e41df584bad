#include "host/sampling/masks.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

constexpr std::int64_t kRamp = 8;  // cells

// Multiplies a ramp 1/n, 2/n, ..., 1 onto both ends of dimension `dim` that lie inside the latent.
void ramp_ends(at::Tensor& weight, std::int64_t dim, bool at_begin, bool at_end) {
  const std::int64_t length = weight.size(dim);
  const std::int64_t ramp = std::min(kRamp, length / 4);
  for (std::int64_t i = 0; i < ramp; ++i) {
    const double factor = static_cast<double>(i + 1) / static_cast<double>(ramp);
    if (at_begin) weight.select(dim, i).mul_(factor);
    if (at_end) weight.select(dim, length - 1 - i).mul_(factor);
  }
}

}  // namespace

at::Tensor fit_mask(const at::Tensor& mask, at::IntArrayRef shape) {
  at::Tensor fitted = mask.to(at::kFloat);
  if (fitted.dim() == 2) fitted = fitted.unsqueeze(0);
  if (fitted.dim() == 3) fitted = fitted.unsqueeze(1);
  if (fitted.dim() != 4 || fitted.numel() == 0) {
    throw Error(
        sentence("a mask has {} dimensions; expected [height, width], [batch, height, width] or "
                 "[batch, 1, height, width]",
                 mask.dim()));
  }
  if (fitted.size(2) != shape[2] || fitted.size(3) != shape[3]) {
    fitted = at::upsample_bilinear2d(fitted, {shape[2], shape[3]}, /*align_corners=*/false);
  }
  if (fitted.size(1) < shape[1]) {
    fitted = fitted.repeat({1, shape[1], 1, 1}).narrow(1, 0, shape[1]);
  }
  if (fitted.size(0) < shape[0]) {
    const std::int64_t times = (shape[0] + fitted.size(0) - 1) / fitted.size(0);
    fitted = fitted.repeat({times, 1, 1, 1});
  }
  return fitted.narrow(0, 0, shape[0]).narrow(1, 0, shape[1]).contiguous();
}

Area bounds_of(const at::Tensor& mask) {
  const at::Tensor cells = at::nonzero(mask.ne(0).any(0).any(0));  // [n, 2]: y, x
  if (cells.size(0) == 0) return {kRamp, kRamp, 0, 0};
  const at::Tensor low = std::get<0>(cells.min(0));
  const at::Tensor high = std::get<0>(cells.max(0));
  const auto y = low[0].item<std::int64_t>(), x = low[1].item<std::int64_t>();
  return {std::max(kRamp, high[0].item<std::int64_t>() - y + 1),
          std::max(kRamp, high[1].item<std::int64_t>() - x + 1), y, x};
}

Area cells_of(const AreaShare& share, at::IntArrayRef shape) {
  const auto cells = [](double part, std::int64_t of) {
    return static_cast<std::int64_t>(std::nearbyint(part * static_cast<double>(of)));
  };
  return {std::max<std::int64_t>(1, cells(share.height, shape[2])),
          std::max<std::int64_t>(1, cells(share.width, shape[3])), cells(share.y, shape[2]),
          cells(share.x, shape[3])};
}

Area area_in(const Conditioning& conditioning, at::IntArrayRef shape) {
  if (!conditioning.area) return {shape[2], shape[3], 0, 0};
  Area area = *conditioning.area;
  area.height = std::min(area.height, shape[2] - area.y);
  area.width = std::min(area.width, shape[3] - area.x);
  if (area.y < 0 || area.x < 0 || area.height < 1 || area.width < 1) {
    throw Error(sentence(
        "a conditioning's area (height {}, width {}, y {}, x {}, in latent cells) lies outside the "
        "latent of {} by {} cells",
        conditioning.area->height, conditioning.area->width, area.y, area.x, shape[2], shape[3]));
  }
  return area;
}

at::Tensor weight_in(const Conditioning& conditioning, const Area& area, at::IntArrayRef shape,
                     const at::TensorOptions& options) {
  if (conditioning.mask.defined()) {
    const at::Tensor mask =
        fit_mask(conditioning.mask, shape).narrow(2, area.y, area.height).narrow(3, area.x, area.width);
    return (mask * (conditioning.mask_strength * conditioning.strength)).to(options).contiguous();
  }
  at::Tensor weight =
      at::full({shape[0], shape[1], area.height, area.width}, conditioning.strength, options);
  if (conditioning.area) {
    ramp_ends(weight, 2, area.y != 0, area.y + area.height < shape[2]);
    ramp_ends(weight, 3, area.x != 0, area.x + area.width < shape[3]);
  }
  return weight;
}

}  // namespace ksampler
