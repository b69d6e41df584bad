// Laying a tensor onto another, [B,C,H,W] both: of latents in cells, of pictures in pixels.
#ifndef KSAMPLER_NODES_COMPOSITE_HPP
#define KSAMPLER_NODES_COMPOSITE_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ksampler {

struct Spot {
  std::int64_t x, y;
};

// Whether what lies there is seen at all.
bool is_inside(const at::Tensor& below, Spot spot);

// The part of `above` that lies within `below`.
at::Tensor visible(const at::Tensor& above, const at::Tensor& below, Spot spot);

// below <- above * mask + below * (1 - mask), at the spot, for an `above` that lies within.
at::Tensor laid_onto(const at::Tensor& below, const at::Tensor& above, const at::Tensor& mask,
                     Spot spot);

// The same for any `above`: its batch is cut or repeated to that of `below`, and what reaches outside
// is cut off. `mask`, [B,H,W] or [B,1,H,W] of any size, is resized to it; undefined: 1 everywhere.
at::Tensor composited(const at::Tensor& below, const at::Tensor& above, const at::Tensor& mask,
                      Spot spot);

}  // namespace ksampler

#endif
