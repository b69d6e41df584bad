// LatentUpscale and LatentUpscaleBy.
#include "host/base/conventions.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr std::int64_t kLeastSide = 64;  // of a resized latent, in pixels

}  // namespace

std::vector<Value> run_latent_upscale(const NodeContext&, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("samples");
  std::int64_t width = in.integer("width");
  std::int64_t height = in.integer("height");
  if (width == 0 && height == 0) return {latent};
  const bool keeps_width_ratio = width == 0;
  const bool keeps_height_ratio = height == 0;
  width = std::max(kLeastSide, width);
  height = std::max(kLeastSide, height);
  if (keeps_width_ratio) {
    width = std::max(kLeastSide, proportional(latent.samples.size(3), height, latent.samples.size(2)));
  } else if (keeps_height_ratio) {
    height = std::max(kLeastSide, proportional(latent.samples.size(2), width, latent.samples.size(3)));
  }
  return {with_samples(latent, resized(latent.samples, {width / kCellPixels, height / kCellPixels},
                                       in.text("upscale_method"), in.text("crop")))};
}

std::vector<Value> run_latent_upscale_by(const NodeContext&, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("samples");
  const double factor = in.number("scale_by");
  const auto scaled = [&](std::int64_t side) { return rounded(static_cast<double>(side) * factor); };
  return {with_samples(
      latent, resized(latent.samples, {scaled(latent.samples.size(3)), scaled(latent.samples.size(2))},
                      in.text("upscale_method"), "disabled"))};
}

}  // namespace ksampler
