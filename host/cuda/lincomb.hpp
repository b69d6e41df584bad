// The fused linear combination on a CUDA device: one kernel for any number of terms, without a CUDA
// toolkit. NVRTC compiles it at its first use on a device; it runs on the place's stream and waits for
// nothing.
#ifndef KSAMPLER_CUDA_LINCOMB_HPP
#define KSAMPLER_CUDA_LINCOMB_HPP

#include "host/cuda/module.hpp"
#include "host/plain/loops.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace ksampler::cuda {

// Compiles and loads the kernels, where they are not yet. Throws as lincomb.
void prepare_lincomb(int device);

// dst = sum of coefficients[i] * terms[i]; `dst` may be among the terms; no terms: zeros. Throws Error
// where NVRTC or the driver is missing or refuses.
void lincomb(const Place& place, const plain::Layout& layout, void* dst,
             std::span<const float> coefficients, std::span<const void* const> terms);

// What the kernel gets by value, as lincomb.cu declares it.
template <std::size_t Capacity>
struct Terms {
  std::array<const void*, Capacity> data;
  std::array<float, Capacity> coefficients;
};
inline constexpr std::size_t kFewTerms = 16;    // nearly all: 192 bytes travel with a launch
inline constexpr std::size_t kManyTerms = 256;  // 3 KiB; a launch may carry 4

// The terms of one launch: dst becomes their sum.
struct Launch {
  std::vector<const void*> data;
  std::vector<float> coefficients;
};

// How a sum is cut into launches of at most `capacity` terms. What refers to `dst` is one term of the
// first, because that one overwrites it; each later one begins with `dst` itself.
// REQUIRES: terms; capacity >= 2.
std::vector<Launch> plan(const void* dst, std::span<const float> coefficients,
                         std::span<const void* const> terms, std::size_t capacity);

}  // namespace ksampler::cuda

#endif
