// Masks brought to the shape of a latent, and the weight of a conditioning at each element, as ComfyUI
// has them.
#ifndef KSAMPLER_SAMPLING_MASKS_HPP
#define KSAMPLER_SAMPLING_MASKS_HPP

#include "host/model/denoise/conditioning.hpp"

#include <ATen/core/Tensor.h>

namespace ksampler {

// A mask [H,W], [B,H,W] or [B,1,H,W] of any size as [batch,channels,height,width] of `shape`: resampled
// bilinearly, repeated over channels, and over the batch where it is shorter.
at::Tensor fit_mask(const at::Tensor& mask, at::IntArrayRef shape);

// The least rectangle that holds every cell of a fitted mask that is not 0, at least 8 by 8 cells.
Area bounds_of(const at::Tensor& mask);

// A share of a latent of `shape` in whole cells, at least 1 by 1; halves to even.
Area cells_of(const AreaShare& share, at::IntArrayRef shape);

// The area of a conditioning within a latent of `shape`, cut where it reaches outside. Throws Error
// where nothing is left.
Area area_in(const Conditioning& conditioning, at::IntArrayRef shape);

// The weight of a conditioning's prediction at each element of its area: strength, times the mask and
// its strength, or without a mask times a ramp over (up to) 8 cells towards each border of the area
// that is not a border of the latent. Shape: [B,C,area.height,area.width].
at::Tensor weight_in(const Conditioning& conditioning, const Area& area, at::IntArrayRef shape,
                     const at::TensorOptions& options);

}  // namespace ksampler

#endif
