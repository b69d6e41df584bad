// The CUDA kernel itself, compiled for the CPU: the names that CUDA brings are defined here, and a
// launch is two loops over blocks and threads.
#include "host/tensor/cuda/lincomb.hpp"
#include "tests/tensor/sums.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace ksampler {
namespace {

namespace device {

struct Index {
  unsigned x;
};
Index gridDim, blockDim, blockIdx, threadIdx;

float float_of_bits(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
unsigned bits_of_float(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
float float_of_half(unsigned short half) { return c10::Half(half, c10::Half::from_bits()); }
unsigned short half_of_float(float value) { return c10::Half(value).x; }

#define __device__
#define __global__
#define __grid_constant__
#include "host/tensor/cuda/lincomb.cu"

}  // namespace device

// One launch, as cuda/lincomb.cpp makes it.
template <std::size_t Capacity, typename Kernel>
void launch(Kernel kernel, void* dst, std::size_t size, std::size_t packs,
            std::span<const float> coefficients, std::span<const void* const> data) {
  static_assert(sizeof(cuda::Terms<Capacity>) == sizeof(device::Terms<Capacity>));
  static_assert(offsetof(cuda::Terms<Capacity>, coefficients) ==
                offsetof(device::Terms<Capacity>, coefficients));
  device::Terms<Capacity> terms{};
  std::copy(data.begin(), data.end(), terms.data);
  std::copy(coefficients.begin(), coefficients.end(), terms.coefficients);
  device::gridDim.x = 3;
  device::blockDim.x = 5;
  for (device::blockIdx.x = 0; device::blockIdx.x < 3; ++device::blockIdx.x) {
    for (device::threadIdx.x = 0; device::threadIdx.x < 5; ++device::threadIdx.x) {
      kernel(dst, size, packs, static_cast<int>(data.size()), terms);
    }
  }
}

template <typename Format, typename Kernel>
void expect_sums(Kernel few, std::size_t lanes) {
  for (const std::size_t size : {1, 7, 8, 100, 257}) {
    for (const std::size_t count : {1, 2, 5, 16}) {
      for (const bool packed : {true, false}) {
        const auto terms = random_terms<Format>(count, size, 21);
        const std::vector<float> coefficients = some_coefficients(count);
        std::vector<std::vector<typename Format::Type>> inputs = terms;
        std::vector<const void*> pointers;
        for (const auto& term : inputs) pointers.push_back(term.data());
        auto& out = inputs[count - 1];  // it may be a term
        launch<16>(few, out.data(), size, packed ? size / lanes : 0, coefficients, pointers);
        for (std::size_t i = 0; i < size; ++i) {
          const Expected expected = expected_sum<Format>(terms, coefficients, i);
          ASSERT_NEAR(static_cast<float>(out[i]), expected.value, expected.tolerance)
              << count << " terms, element " << i << " of " << size;
        }
      }
    }
  }
}

TEST(CudaKernel, IsTheSumInFloat32) { expect_sums<F32>(device::lincomb_float32_few, 4); }
TEST(CudaKernel, IsTheSumInFloat16) { expect_sums<F16>(device::lincomb_float16_few, 8); }
TEST(CudaKernel, IsTheSumInBfloat16) { expect_sums<Bf16>(device::lincomb_bfloat16_few, 8); }

TEST(CudaKernel, RoundsToBfloat16AsLibTorchDoes) {
  for (unsigned high = 0; high < 65536; high += 3) {
    for (const unsigned low : {0U, 1U, 0x7fffU, 0x8000U, 0x8001U, 0xffffU}) {
      const float value = device::float_of_bits(high << 16 | low);
      const c10::BFloat16 expected(value);
      if (std::isnan(value)) {
        EXPECT_TRUE(std::isnan(device::Bfloat16::load(device::Bfloat16::store(value))));
      } else {
        ASSERT_EQ(device::Bfloat16::store(value), expected.x) << value;
      }
    }
  }
}

TEST(CudaPlan, CutsALongSumIntoLaunchesThatAddUp) {
  constexpr std::size_t kSize = 40;
  for (const std::size_t count : {3, 256, 257, 600}) {
    const auto terms = random_terms<F32>(count, kSize, 22);
    const std::vector<float> coefficients = some_coefficients(count);
    auto inputs = terms;
    std::vector<const void*> pointers;
    for (const auto& term : inputs) pointers.push_back(term.data());
    auto& out = inputs[count / 2];  // would be overwritten before it is read, were it not in the first
    const auto launches = cuda::plan(out.data(), coefficients, pointers, cuda::kManyTerms);
    EXPECT_EQ(launches.size(), count <= 256 ? 1U : count == 257 ? 2U : 3U);
    for (const cuda::Launch& part : launches) {
      ASSERT_LE(part.data.size(), cuda::kManyTerms);
      launch<256>(device::lincomb_float32_many, out.data(), kSize, kSize / 4, part.coefficients,
                  part.data);
    }
    for (std::size_t i = 0; i < kSize; ++i) {
      const Expected expected = expected_sum<F32>(terms, coefficients, i);
      ASSERT_NEAR(out[i], expected.value, 2 * expected.tolerance) << count << " terms";
    }
  }
}

TEST(CudaPlan, AddsUpWhatRefersToTheResult) {
  float out = 0, other = 0;
  const auto launches =
      cuda::plan(&out, std::vector{1.0f, 2.0f, 0.5f}, std::vector<const void*>{&out, &other, &out}, 16);
  ASSERT_EQ(launches.size(), 1U);
  EXPECT_EQ(launches[0].data, (std::vector<const void*>{&out, &other}));
  EXPECT_EQ(launches[0].coefficients, (std::vector{1.5f, 2.0f}));
}

}  // namespace
}  // namespace ksampler
