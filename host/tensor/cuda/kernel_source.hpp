#ifndef KSAMPLER_TENSOR_CUDA_KERNEL_SOURCE_HPP
#define KSAMPLER_TENSOR_CUDA_KERNEL_SOURCE_HPP

namespace ksampler::cuda {

// The texts of cuda/lincomb.cu and cuda/formula.cu, each behind that of cuda/elements.cuh.
extern const char* const kLincombSource;
extern const char* const kFormulaSource;

}  // namespace ksampler::cuda

#endif
