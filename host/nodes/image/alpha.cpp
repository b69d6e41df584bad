// JoinImageWithAlpha and SplitImageWithAlpha: a mask is 1 where a picture is transparent, alpha 0.
#include "host/nodes/image/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace ksampler {

std::vector<Value> run_join_image_with_alpha(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const at::Tensor mask = in_layers(in.link<MaskValue>("alpha")).unsqueeze(1);
  const std::int64_t count = std::max(image.size(0), mask.size(0));
  const at::Tensor fitted = resized(mask, {image.size(2), image.size(1)}, "bilinear", "disabled");
  const at::Tensor alpha = 1.0 - repeated_to_batch(fitted, count).permute({0, 2, 3, 1});
  return {ImageValue(at::cat({repeated_to_batch(image.narrow(3, 0, 3), count), alpha}, 3))};
}

std::vector<Value> run_split_image_with_alpha(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const at::Tensor mask = image.size(3) > 3 ? 1.0 - image.select(3, 3)
                                            : at::zeros({image.size(0), image.size(1), image.size(2)});
  return {ImageValue(image.narrow(3, 0, 3).contiguous()), MaskValue(mask)};
}

}  // namespace ksampler
