// EmptyImage, GetImageSize, ImageBatch, ImageCrop and ImageInvert.
#include "host/nodes/image/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>

namespace ksampler {

std::vector<Value> run_empty_image(const NodeContext&, const Inputs& in) {
  const at::Tensor image =
      at::empty({in.integer("batch_size"), in.integer("height"), in.integer("width"), 3}, at::kFloat);
  const std::int64_t color = in.integer("color");
  for (int channel = 0; channel < 3; ++channel) {
    const std::int64_t level = (color >> (8 * (2 - channel))) & 0xFF;
    image.select(3, channel).fill_(static_cast<double>(level) / 255.0);
  }
  return {ImageValue(image)};
}

std::vector<Value> run_get_image_size(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  return {image.size(2), image.size(1), image.size(0)};
}

std::vector<Value> run_image_crop(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const auto part = [&](const at::Tensor& from, int dim, const char* begin, const char* length) {
    const std::int64_t first = std::min(in.integer(begin), from.size(dim) - 1);
    return from.narrow(dim, first, std::min(in.integer(length), from.size(dim) - first));
  };
  return {ImageValue(part(part(image, 1, "y", "height"), 2, "x", "width").contiguous())};
}

std::vector<Value> run_image_invert(const NodeContext&, const Inputs& in) {
  return {ImageValue(1.0 - in.link<ImageValue>("image"))};
}

}  // namespace ksampler
