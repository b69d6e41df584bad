#ifndef KSAMPLER_CUDA_KERNEL_SOURCE_HPP
#define KSAMPLER_CUDA_KERNEL_SOURCE_HPP

namespace ksampler::cuda {

// The text of lincomb.cu, and those of all that work with formulas or beside them (formula.cu,
// reduce.cu, planes.cu, quantile.cu), behind that of elements.cuh.
extern const char* const kLincombSource;
extern const char* const kFormulaSource;

}  // namespace ksampler::cuda

#endif
