// The CUDA kernels compiled for the CPU: the names that CUDA brings are defined here, and a launch is
// two loops over blocks and threads. In one file of a program: the names are those of the kernels'
// texts.
#ifndef KSAMPLER_TESTS_CUDA_DRIVER_KERNELS_HPP
#define KSAMPLER_TESTS_CUDA_DRIVER_KERNELS_HPP

#include "host/plain/loops.hpp"

#include <cmath>
#include <cstring>

namespace ksampler::test {
namespace {

namespace device {

struct Index {
  unsigned x;
};
Index gridDim, blockDim, blockIdx, threadIdx;

float float_of_bits(unsigned bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
unsigned bits_of_float(float value) {
  unsigned bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
float float_of_half(unsigned short half) {
  float value = 0;
  plain::convert(&value, cpu::kFloat32, &half, cpu::kFloat16, 1);
  return value;
}
unsigned short half_of_float(float value) {
  unsigned short half = 0;
  plain::convert(&half, cpu::kFloat16, &value, cpu::kFloat32, 1);
  return half;
}

unsigned atomicAdd(unsigned* at, unsigned value) {
  const unsigned before = *at;
  *at += value;
  return before;
}
unsigned atomicMin(unsigned* at, unsigned value) {
  const unsigned before = *at;
  if (value < before) *at = value;
  return before;
}

#define __device__
#define __global__
#define __grid_constant__
// NOLINTBEGIN
// clang-format off: each is behind the one before
#include "host/cuda/elements.cuh"
#include "host/cuda/formula.cu"
#include "host/cuda/lincomb.cu"
#include "host/cuda/planes.cu"
#include "host/cuda/quantile.cu"
#include "host/cuda/reduce.cu"
// clang-format on
// NOLINTEND
#undef __device__
#undef __global__
#undef __grid_constant__

}  // namespace device

// body() for each thread of a launch.
template <typename Body>
void for_each_thread(unsigned blocks, unsigned threads, const Body& body) {
  device::gridDim.x = blocks;
  device::blockDim.x = threads;
  for (device::blockIdx.x = 0; device::blockIdx.x < blocks; ++device::blockIdx.x) {
    for (device::threadIdx.x = 0; device::threadIdx.x < threads; ++device::threadIdx.x) body();
  }
}

}  // namespace
}  // namespace ksampler::test

#endif
