// What adaptive solvers measure: one number from whole tensors, in float64.
#ifndef KSAMPLER_TENSOR_REDUCE_HPP
#define KSAMPLER_TENSOR_REDUCE_HPP

#include "host/tensor/raw.hpp"

#include <ATen/core/Tensor.h>

namespace ksampler {

// sqrt(mean(x^2)); 0 for no elements. On the CPU in one pass and by our own loops, on a CUDA device by
// LibTorch's operators, and then it waits for the device.
double root_mean_square(const RawLayout& layout, const at::Tensor& x);

// sqrt(mean(((low - high) / max(atol, rtol * max(|low|, |previous|)))^2)); see
// ks_tensor_ops::error_norm.
double scaled_error(const RawLayout& layout, const at::Tensor& low, const at::Tensor& high,
                    const at::Tensor& previous, double atol, double rtol);

}  // namespace ksampler

#endif
