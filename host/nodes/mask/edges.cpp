// FeatherMask and GrowMask.
#include "host/nodes/mask/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/maximum.h>

#include <algorithm>
#include <cstdlib>

namespace ksampler {
namespace {

// Multiplies 1/n, 2/n, ..., 1 inwards from the begin or the end of dimension `dim`.
void fade(const at::Tensor& mask, std::int64_t dim, std::int64_t wanted, bool at_end) {
  const std::int64_t length = mask.size(dim);
  const std::int64_t n = std::min(wanted, length);
  for (std::int64_t i = 0; i < n; ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(n);
    mask.select(dim, at_end ? length - 1 - i : i).mul_(share);
  }
}

// Each value becomes the largest of itself and its two neighbours along `dim`.
at::Tensor spread(const at::Tensor& mask, std::int64_t dim) {
  at::Tensor wider = mask.clone();
  const std::int64_t pairs = mask.size(dim) - 1;
  at::Tensor later = wider.narrow(dim, 1, pairs), earlier = wider.narrow(dim, 0, pairs);
  at::maximum_out(later, later, mask.narrow(dim, 0, pairs));
  at::maximum_out(earlier, earlier, mask.narrow(dim, 1, pairs));
  return wider;
}

// Grey dilation `times` times, by the cross of four neighbours or, with `corners`, by all eight.
at::Tensor grown(at::Tensor mask, std::int64_t times, bool corners) {
  // From one corner to the other: more changes nothing.
  times = std::min(times, mask.size(1) + mask.size(2));
  for (std::int64_t i = 0; i < times; ++i) {
    const at::Tensor wider = spread(mask, 2);
    mask = corners ? spread(wider, 1) : at::maximum(wider, spread(mask, 1));
  }
  return mask;
}

}  // namespace

std::vector<Value> run_feather_mask(const NodeContext&, const Inputs& in) {
  const at::Tensor mask = in_layers(in.link<MaskValue>("mask")).clone();
  fade(mask, 2, in.integer("left"), /*at_end=*/false);
  fade(mask, 2, in.integer("right"), /*at_end=*/true);
  fade(mask, 1, in.integer("top"), /*at_end=*/false);
  fade(mask, 1, in.integer("bottom"), /*at_end=*/true);
  return {MaskValue(mask)};
}

// To shrink a mask is to grow what it leaves out.
std::vector<Value> run_grow_mask(const NodeContext&, const Inputs& in) {
  const at::Tensor mask = in_layers(in.link<MaskValue>("mask"));
  const std::int64_t expand = in.integer("expand");
  const bool corners = !in.boolean("tapered_corners");
  if (expand < 0) return {MaskValue(-grown(-mask, -expand, corners))};
  return {MaskValue(grown(mask, expand, corners))};
}

}  // namespace ksampler
