// The normals of PyTorch's CPU generator, several times as fast as LibTorch draws them where the
// machine allows it, and equal to them bit for bit: that is compared once, before the first draw, and
// where it does not hold (another LibTorch, another capability chosen for it) LibTorch draws.
#ifndef KSAMPLER_TENSOR_NORMALS_HPP
#define KSAMPLER_TENSOR_NORMALS_HPP

#include "host/tensor/cpu/mt19937.hpp"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>

namespace ksampler {

// The next draw of `generator`, as out.normal_(0, 1, generator). REQUIRES: float32, CPU, contiguous.
void draw_normals(at::Tensor& out, at::Generator& generator);

// The first draw of a generator with this seed, as torch.Generator().manual_seed(seed). Any thread.
void draw_seeded_normals(at::Tensor& out, std::uint32_t seed);

// The loop of cpu::Kernels that draws them, or null where LibTorch has to.
using FastNormals = void (*)(cpu::Mt19937& generator, float* out, std::size_t size);
FastNormals fast_normals();

}  // namespace ksampler

#endif
