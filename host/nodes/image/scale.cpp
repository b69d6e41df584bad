// FluxKontextImageScale, ImageScale, ImageScaleBy, ImageScaleToMaxDimension and
// ImageScaleToTotalPixels.
#include "host/nodes/image/fitted.hpp"
#include "host/nodes/image/functions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ksampler {

std::vector<Value> run_image_scale(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  std::int64_t width = in.integer("width");
  std::int64_t height = in.integer("height");
  if (width == 0 && height == 0) return {image};
  if (width == 0) {
    width = std::max<std::int64_t>(1, proportional(image.size(2), height, image.size(1)));
  } else if (height == 0) {
    height = std::max<std::int64_t>(1, proportional(image.size(1), width, image.size(2)));
  }
  return {resized_image(image, {width, height}, in.text("upscale_method"), in.text("crop"))};
}

// The sizes that Flux.1 Kontext was trained on (Black Forest Labs 2025): of these, that of the nearest
// ratio.
std::vector<Value> run_flux_kontext_image_scale(const NodeContext&, const Inputs& in) {
  constexpr std::array<Size, 17> kSizes = {{{672, 1568},
                                            {688, 1504},
                                            {720, 1456},
                                            {752, 1392},
                                            {800, 1328},
                                            {832, 1248},
                                            {880, 1184},
                                            {944, 1104},
                                            {1024, 1024},
                                            {1104, 944},
                                            {1184, 880},
                                            {1248, 832},
                                            {1328, 800},
                                            {1392, 752},
                                            {1456, 720},
                                            {1504, 688},
                                            {1568, 672}}};
  const ImageValue& image = in.link<ImageValue>("image");
  const auto ratio = [](std::int64_t width, std::int64_t height) {
    return static_cast<double>(width) / static_cast<double>(height);
  };
  const double wanted = ratio(image.size(2), image.size(1));
  const auto* const nearest = std::ranges::min_element(
      kSizes, {}, [&](const Size& size) { return std::abs(wanted - ratio(size.width, size.height)); });
  return {resized_image(image, *nearest, "lanczos", "center")};
}

std::vector<Value> run_image_scale_by(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const auto scaled = [&](int dim) {
    return rounded(static_cast<double>(image.size(dim)) * in.number("scale_by"));
  };
  return {resized_image(image, {scaled(2), scaled(1)}, in.text("upscale_method"), "disabled")};
}

std::vector<Value> run_image_scale_to_max_dimension(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const std::int64_t longest = in.integer("largest_size");
  const std::int64_t height = image.size(1), width = image.size(2);
  // The quotient first, as its rounding may tell where half a pixel goes.
  const auto shorter = [&](std::int64_t side, std::int64_t other) {
    return rounded(static_cast<double>(side) / static_cast<double>(other) *
                   static_cast<double>(longest));
  };
  const Size size = height > width ? Size{shorter(width, height), longest}
                                   : Size{longest, height == width ? longest : shorter(height, width)};
  return {resized_image(image, size, in.text("upscale_method"), "disabled")};
}

std::vector<Value> run_image_scale_to_total_pixels(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const double wanted = in.number("megapixels") * 1024.0 * 1024.0;
  const double scale = std::sqrt(wanted / static_cast<double>(image.size(1) * image.size(2)));
  const std::int64_t step = in.integer("resolution_steps");
  const auto scaled = [&](int dim) {
    return step * rounded(static_cast<double>(image.size(dim)) * scale / static_cast<double>(step));
  };
  return {resized_image(image, {scaled(2), scaled(1)}, in.text("upscale_method"), "disabled")};
}

}  // namespace ksampler
