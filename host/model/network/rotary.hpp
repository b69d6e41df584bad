// Rotary positions (Su et al. 2021): pairs of a head's numbers, turned by an angle that grows with the
// position. Of a picture, a part of each head for each axis (Flux: the picture's index, row, column).
#ifndef KSAMPLER_MODEL_NETWORK_ROTARY_HPP
#define KSAMPLER_MODEL_NETWORK_ROTARY_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ksampler {

// For `positions` [N,A] float32, on their device: [N,D/2] complex64, e^(i p theta^(-2k/d)) for the k-th
// pair of an axis whose part of the head is d wide. `widths`: d of each axis, even; their sum is D.
at::Tensor rotary_turns(const at::Tensor& positions, at::IntArrayRef widths, double theta);

// [B,H,N,D], in its type: the numbers 2k and 2k + 1 are a pair.
at::Tensor turned(const at::Tensor& x, const at::Tensor& turns);

// The same where k and D/2 + k are a pair, as language models have it.
at::Tensor turned_halves(const at::Tensor& x, const at::Tensor& turns);

// [height * width, 3]: (first, top + row, left + column), row by row.
at::Tensor grid_positions(double first, std::int64_t height, std::int64_t width, at::Device device,
                          double top = 0.0, double left = 0.0);

// How wide an axis' part of a head is, by its share of the sum of all.
std::vector<std::int64_t> axis_widths(std::int64_t head_width, at::IntArrayRef shares);

}  // namespace ksampler

#endif
