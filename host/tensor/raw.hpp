// Tensors without LibTorch around them: what the loops need, found out once and kept, because asking a
// tensor again costs more than a small loop.
#ifndef KSAMPLER_TENSOR_RAW_HPP
#define KSAMPLER_TENSOR_RAW_HPP

#include "host/plain/loops.hpp"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <span>

namespace ksampler {

// LibTorch's own.
const Workers& libtorch_threads();

// What all tensors of one operation have in common.
struct RawLayout : plain::Layout {
  at::Device device = at::kCPU;
};

// REQUIRES: contiguous; float32, float16 or bfloat16; on the CPU or a CUDA device. Throws c10::Error
// that says what it is instead.
RawLayout raw_layout(const at::Tensor& tensor);

// dst = sum of coefficients[i] * terms[i], on the layout's device.
void raw_lincomb(const RawLayout& layout, void* dst, std::span<const float> coefficients,
                 std::span<const void* const> terms);

// CPU only: the sums of cpu::Kernels over all elements, the same for every number of threads.
double raw_sum_of_squares(const RawLayout& layout, const void* x);
double raw_sum_of_errors(const RawLayout& layout, const void* low, const void* high,
                         const void* previous, double atol, double rtol);

}  // namespace ksampler

#endif
