// CUDA source text to machine code, by the compiler library that comes with LibTorch and its like.
// Needs no GPU.
#ifndef KSAMPLER_CUDA_NVRTC_HPP
#define KSAMPLER_CUDA_NVRTC_HPP

#include <string>
#include <vector>

namespace ksampler::cuda {

// Whether libnvrtc is there; if not, `reason` is a sentence with what was tried.
bool has_nvrtc(std::string& reason);

// The architectures that it compiles for, ascending: 75, 80, 90.
std::vector<int> nvrtc_architectures();

// Code for compute capability `architecture` (90 for 9.0): machine code where NVRTC knows it, otherwise
// PTX of the latest that it knows and that comes before, which the driver translates.
// Throws Error where there is no NVRTC, or with the compiler's log.
std::vector<char> compile(const char* source, int architecture);

}  // namespace ksampler::cuda

#endif
