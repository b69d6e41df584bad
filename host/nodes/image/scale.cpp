#include "host/nodes/image/functions.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <algorithm>

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
  const at::Tensor channels_first = image.permute({0, 3, 1, 2});
  const at::Tensor scaled =
      resized(channels_first, {width, height}, in.text("upscale_method"), in.text("crop"));
  return {ImageValue(scaled.permute({0, 2, 3, 1}).contiguous())};
}

}  // namespace ksampler
