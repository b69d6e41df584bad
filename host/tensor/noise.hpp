// Noise as tensors of LibTorch.
#ifndef KSAMPLER_TENSOR_NOISE_HPP
#define KSAMPLER_TENSOR_NOISE_HPP

#include "host/plain/generator.hpp"

#include <ATen/core/Tensor.h>

namespace ksampler {

// Standard normal float32 on the CPU, the next draw of `generator`, as torch.randn(shape, generator).
at::Tensor normal(at::IntArrayRef shape, Generator& generator);

}  // namespace ksampler

#endif
