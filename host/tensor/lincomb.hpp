// The fused linear combination: dst = sum of coefficients[i] * terms[i], one pass over memory, computed
// in float32 for float32, float16 and bfloat16 tensors. CPU: vectorised, runs on LibTorch's threads
// from a million elements on. CUDA: one kernel for any number of terms, compiled by NVRTC when first
// used.
#ifndef KSAMPLER_TENSOR_LINCOMB_HPP
#define KSAMPLER_TENSOR_LINCOMB_HPP

#include <ATen/core/Tensor.h>

#include <span>

namespace ksampler {

// All contiguous, of one shape, type and device; `dst` may be among the terms. No terms: zeros.
// A term whose coefficient is 0 (in float32) is not read: infinity and NaN in it do not matter.
// Everywhere else they go through, as in the formula. REQUIRES: coefficients.size() == terms.size().
void lincomb(at::Tensor& dst, std::span<const double> coefficients,
             std::span<const at::Tensor* const> terms);

}  // namespace ksampler

#endif
