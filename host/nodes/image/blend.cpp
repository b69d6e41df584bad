// ImageBlend: the ways of blending that drawing programs know, on values from 0 to 1.
//
//   result = image1 * (1 - blend_factor) + blend(image1, image2) * blend_factor
#include "host/base/error.hpp"
#include "host/nodes/image/fitted.hpp"
#include "host/nodes/image/functions.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/where.h>

#include <map>

namespace ksampler {
namespace {

using Blend = at::Tensor (*)(const at::Tensor& below, const at::Tensor& above);

at::Tensor screened(const at::Tensor& below, const at::Tensor& above) {
  return 1.0 - (1.0 - below) * (1.0 - above);
}

at::Tensor overlaid(const at::Tensor& below, const at::Tensor& above) {
  return at::where(below <= 0.5, 2.0 * below * above, 1.0 - 2.0 * (1.0 - below) * (1.0 - above));
}

// The soft light of the W3C's Compositing and Blending.
at::Tensor soft_lit(const at::Tensor& below, const at::Tensor& above) {
  const at::Tensor lighter =
      at::where(below <= 0.25, ((16.0 * below - 12.0) * below + 4.0) * below, at::sqrt(below));
  return at::where(above <= 0.5, below - (1.0 - 2.0 * above) * below * (1.0 - below),
                   below + (2.0 * above - 1.0) * (lighter - below));
}

const std::map<std::string, Blend>& blends() {
  static const std::map<std::string, Blend> table = {
      {"normal", [](const at::Tensor&, const at::Tensor& above) { return above; }},
      {"multiply", [](const at::Tensor& below, const at::Tensor& above) { return below * above; }},
      {"screen", screened},
      {"overlay", overlaid},
      {"soft_light", soft_lit},
      {"difference", [](const at::Tensor& below, const at::Tensor& above) { return below - above; }},
  };
  return table;
}

}  // namespace

std::vector<Value> run_image_blend(const NodeContext&, const Inputs& in) {
  const ImageValue& below = in.link<ImageValue>("image1");
  const ImageValue above =
      with_channels(fitted_image(in.link<ImageValue>("image2"), below, "bicubic"), below.size(3));
  if (below.size(0) != above.size(0) && below.size(0) != 1 && above.size(0) != 1) {
    throw Error("'image1' has " + std::to_string(below.size(0)) + " pictures and 'image2' " +
                std::to_string(above.size(0)) + "; expected as many in both, or one in either");
  }
  const double share = in.number("blend_factor");
  const at::Tensor blended = blends().at(in.text("blend_mode"))(below, above);
  return {ImageValue((below * (1.0 - share) + blended * share).clamp(0.0, 1.0))};
}

}  // namespace ksampler
