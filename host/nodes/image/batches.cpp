// ImageBatch, BatchImagesNode, ImageFromBatch and RepeatImageBatch.
#include "host/nodes/all_given.hpp"
#include "host/nodes/batch_part.hpp"
#include "host/nodes/image/fitted.hpp"
#include "host/nodes/image/functions.hpp"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <vector>

namespace ksampler {
namespace {

// In the size of the first; where one has alpha, the others get one of 1.
ImageValue batched(std::vector<ImageValue> images) {
  std::int64_t channels = 3;
  for (const ImageValue& image : images) channels = std::max(channels, image.size(3));
  const ImageValue first = images.front();
  for (ImageValue& image : images) {
    image = with_channels(fitted_image(image, first, "bilinear"), channels);
  }
  return at::cat(images);
}

}  // namespace

std::vector<Value> run_image_batch(const NodeContext&, const Inputs& in) {
  return {batched({in.link<ImageValue>("image1"), in.link<ImageValue>("image2")})};
}

std::vector<Value> run_batch_images(const NodeContext&, const Inputs& in) {
  return {batched(all_given<ImageValue>(in))};
}

std::vector<Value> run_image_from_batch(const NodeContext& context, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const BatchPart part = part_of_batch(context, in, image.size(0));
  return {ImageValue(image.narrow(0, part.first, part.length).clone())};
}

std::vector<Value> run_repeat_image_batch(const NodeContext&, const Inputs& in) {
  return {ImageValue(in.link<ImageValue>("image").repeat({in.integer("amount"), 1, 1, 1}))};
}

}  // namespace ksampler
