#include "host/nodes/composite.hpp"

#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

#include <algorithm>

namespace ksampler {

bool is_inside(const at::Tensor& below, Spot spot) {
  return spot.x < below.size(3) && spot.y < below.size(2);
}

at::Tensor visible(const at::Tensor& above, const at::Tensor& below, Spot spot) {
  return above.narrow(2, 0, std::min(above.size(2), below.size(2) - spot.y))
      .narrow(3, 0, std::min(above.size(3), below.size(3) - spot.x));
}

at::Tensor laid_onto(const at::Tensor& below, const at::Tensor& above, const at::Tensor& mask,
                     Spot spot) {
  at::Tensor result = below.clone();
  at::Tensor part = result.narrow(2, spot.y, above.size(2)).narrow(3, spot.x, above.size(3));
  part.copy_(above * mask + part * (1.0 - mask));
  return result;
}

at::Tensor composited(const at::Tensor& below, const at::Tensor& above, const at::Tensor& mask,
                      Spot spot) {
  const at::Tensor source = repeated_to_batch(above, below.size(0));
  at::Tensor seen = at::ones({1, 1, source.size(2), source.size(3)});
  if (mask.defined()) {
    seen = resized(mask.reshape({-1, 1, mask.size(-2), mask.size(-1)}),
                   {source.size(3), source.size(2)}, "bilinear", "disabled");
    seen = repeated_to_batch(seen, source.size(0));
  }
  return laid_onto(below, visible(source, below, spot), visible(seen, below, spot), spot);
}

}  // namespace ksampler
