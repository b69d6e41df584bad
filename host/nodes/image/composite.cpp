// ImageCompositeMasked.
#include "host/nodes/composite.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/image/fitted.hpp"
#include "host/nodes/image/functions.hpp"

namespace ksampler {

std::vector<Value> run_image_composite_masked(const NodeContext& context, const Inputs& in) {
  const ImageValue& destination = in.link<ImageValue>("destination");
  const at::Tensor below = destination.permute({0, 3, 1, 2});
  at::Tensor source =
      with_channels(in.link<ImageValue>("source"), destination.size(3)).permute({0, 3, 1, 2});
  if (in.boolean("resize_source")) {
    source = resized(source, {below.size(3), below.size(2)}, "bilinear", "disabled");
  }
  const Spot spot{in.integer("x"), in.integer("y")};
  if (!is_inside(below, spot)) {
    context.reporter.warning(
        in.node(), sentence("x {}, y {} lies outside the picture of {} x {}, and so nothing changes",
                            spot.x, spot.y, below.size(3), below.size(2)));
    return {destination};
  }
  const at::Tensor mask = in.has("mask") ? in.link<MaskValue>("mask") : at::Tensor();
  return {ImageValue(composited(below, source, mask, spot).permute({0, 2, 3, 1}).contiguous())};
}

}  // namespace ksampler
