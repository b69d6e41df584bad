#ifndef KSAMPLER_TENSOR_CUDA_KERNEL_SOURCE_HPP
#define KSAMPLER_TENSOR_CUDA_KERNEL_SOURCE_HPP

namespace ksampler::cuda {

// The text of cuda/lincomb.cu.
extern const char* const kLincombSource;

}  // namespace ksampler::cuda

#endif
