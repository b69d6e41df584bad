#ifndef KSAMPLER_TENSOR_CUDA_PLACE_HPP
#define KSAMPLER_TENSOR_CUDA_PLACE_HPP

#include "host/cuda/module.hpp"

#include <c10/core/Device.h>

namespace ksampler {

// LibTorch's current stream of a CUDA device.
cuda::Place cuda_place(at::Device device);

}  // namespace ksampler

#endif
