// Masks of pictures and pictures of masks, SolidMask, and what is done to each value of a mask.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/mask/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/round.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ksampler {

std::vector<Value> run_image_to_mask(const NodeContext&, const Inputs& in) {
  constexpr std::array<std::string_view, 4> kChannels = {"red", "green", "blue", "alpha"};
  const ImageValue& image = in.link<ImageValue>("image");
  const auto channel =
      std::find(kChannels.begin(), kChannels.end(), in.text("channel")) - kChannels.begin();
  if (channel >= image.size(3)) {
    throw Error(
        "'image' has no alpha; expected 'red', 'green' or 'blue', or a picture of JoinImageWithAlpha "
        "(LoadImage gives the alpha of a file as a mask of its own)");
  }
  return {MaskValue(image.select(3, channel).contiguous())};
}

// 1 where a pixel, as 8 bits, is of the colour.
std::vector<Value> run_image_color_to_mask(const NodeContext&, const Inputs& in) {
  const at::Tensor levels = at::round(in.link<ImageValue>("image").clamp(0.0, 1.0) * 255.0);
  const std::int64_t color = in.integer("color");
  const auto matches = [&](int channel) {
    return levels.select(3, channel) == static_cast<double>((color >> (8 * (2 - channel))) & 0xFF);
  };
  return {MaskValue((matches(0) & matches(1) & matches(2)).to(at::kFloat))};
}

std::vector<Value> run_mask_to_image(const NodeContext&, const Inputs& in) {
  return {ImageValue(
      in_layers(in.link<MaskValue>("mask")).unsqueeze(3).expand({-1, -1, -1, 3}).contiguous())};
}

std::vector<Value> run_solid_mask(const NodeContext&, const Inputs& in) {
  return {MaskValue(
      at::full({1, in.integer("height"), in.integer("width")}, in.number("value"), at::kFloat))};
}

std::vector<Value> run_invert_mask(const NodeContext&, const Inputs& in) {
  return {MaskValue(1.0 - in.link<MaskValue>("mask"))};
}

std::vector<Value> run_threshold_mask(const NodeContext&, const Inputs& in) {
  return {MaskValue((in.link<MaskValue>("mask") > in.number("value")).to(at::kFloat))};
}

std::vector<Value> run_crop_mask(const NodeContext&, const Inputs& in) {
  const at::Tensor mask = in_layers(in.link<MaskValue>("mask"));
  const auto part = [&](const at::Tensor& from, int dim, const char* begin, const char* length) {
    const std::int64_t first = in.integer(begin);
    if (first >= from.size(dim)) {
      throw Error(sentence("'{}' is {}, and the mask is {} x {}: nothing is left; expected at most {}",
                           begin, first, mask.size(2), mask.size(1), from.size(dim) - 1));
    }
    return from.narrow(dim, first, std::min(in.integer(length), from.size(dim) - first));
  };
  return {MaskValue(part(part(mask, 1, "y", "height"), 2, "x", "width").contiguous())};
}

}  // namespace ksampler
