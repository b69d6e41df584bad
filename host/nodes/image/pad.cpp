// ImagePadForOutpaint. Within the picture the mask is ((f - d) / f)^2 at a distance d below the feather
// f from the nearest side that grows.
#include "host/nodes/image/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace ksampler {
namespace {

// How far each of `length` lines is from the sides that grow; `length`, where none does.
at::Tensor distances(std::int64_t length, bool at_begin, bool at_end) {
  const at::Tensor none = at::full({length}, static_cast<double>(length), at::kFloat);
  const at::Tensor from_begin = at::arange(length, at::kFloat);
  return at::minimum(at_begin ? from_begin : none,
                     at_end ? static_cast<double>(length) - from_begin : none);
}

}  // namespace

std::vector<Value> run_image_pad_for_outpaint(const NodeContext&, const Inputs& in) {
  const ImageValue& image = in.link<ImageValue>("image");
  const std::int64_t height = image.size(1), width = image.size(2);
  const std::int64_t left = in.integer("left"), right = in.integer("right");
  const std::int64_t top = in.integer("top"), bottom = in.integer("bottom");
  const std::int64_t feather = in.integer("feathering");

  const at::Tensor larger = at::full(
      {image.size(0), top + height + bottom, left + width + right, image.size(3)}, 0.5, at::kFloat);
  larger.narrow(1, top, height).narrow(2, left, width).copy_(image);

  at::Tensor within = at::zeros({height, width});
  if (feather > 0 && 2 * feather < height && 2 * feather < width) {
    const at::Tensor distance = at::minimum(distances(height, top != 0, bottom != 0).unsqueeze(1),
                                            distances(width, left != 0, right != 0).unsqueeze(0));
    const auto far = static_cast<double>(feather);
    within = ((far - distance) / far).clamp_min(0.0).square();
  }
  const at::Tensor mask = at::ones({1, larger.size(1), larger.size(2)});
  mask[0].narrow(0, top, height).narrow(1, left, width).copy_(within);
  return {ImageValue(larger), MaskValue(mask)};
}

}  // namespace ksampler
