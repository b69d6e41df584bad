// Our normals beside LibTorch's own.
#include "host/plain/cpu/kernels.hpp"
#include "host/plain/generator.hpp"
#include "host/tensor/noise.hpp"
#include "tests/tensor/noise_records.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace ksampler {
namespace {

// What LibTorch itself draws next.
at::Tensor from_libtorch(std::int64_t size, at::Generator& generator) {
  at::Tensor out = at::empty({size}, at::kFloat);
  return out.normal_(0, 1, generator);
}

// Where LibTorch takes its AVX2 code, as it does by default.
bool has_avx2() {
  return cpu::kernels().normals != nullptr && std::getenv("ATEN_CPU_CAPABILITY") == nullptr;
}

TEST(Normals, AreLibTorchsForSizesAndPlacesOfEveryKind) {
  if (!has_avx2()) GTEST_SKIP() << "no AVX2 here, or LibTorch is told not to use it";
  // Groups of 16, blocks of 624, chunks of 2496; below 16 the draws are of another kind and leave a
  // half used pair behind. Last, what a draw leaves the generator in.
  Generator ours(99);
  at::Generator theirs = at::detail::createCPUGenerator(99);
  for (const std::int64_t size :
       {16, 1, 17, 624, 15, 3, 31, 2496, 2497, 100, 4096, 7, 623, 65536, 100003, 1, 1300}) {
    const at::Tensor expected = from_libtorch(size, theirs);
    const at::Tensor found = normal({size}, ours);
    ASSERT_EQ(different_bits(found, expected), 0) << size << " elements";
  }
}

TEST(Normals, AreLibTorchsOverManySeeds) {
  if (!has_avx2()) GTEST_SKIP() << "no AVX2 here, or LibTorch is told not to use it";
  // 2.6 million draws: each of the uniforms' 24 bits in every position, and radii and angles far apart.
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const std::uint64_t spread = seed * 0x9e3779b97f4a7c15U;
    Generator ours(spread);
    at::Generator theirs = at::detail::createCPUGenerator(spread);
    ASSERT_EQ(different_bits(normal({65536}, ours), from_libtorch(65536, theirs)), 0)
        << "seed " << spread;
  }
}

TEST(Normals, AreLibTorchsOneByOne) {
  // In float64 by the C library, whose functions LibTorch calls, too.
  Generator ours(4294967295U);
  at::Generator theirs = at::detail::createCPUGenerator(4294967295U);
  for (int i = 0; i < 700; ++i) {
    ASSERT_EQ(different_bits(normal({5}, ours), from_libtorch(5, theirs)), 0) << i;
  }
}

TEST(Normals, AreTheSameFromEveryInstructionSet) {
  at::Tensor first;
  for (std::size_t rank = 0; cpu::runnable_kernels(rank) != nullptr; ++rank) {
    const cpu::Kernels& kernels = *cpu::runnable_kernels(rank);
    if (kernels.normals == nullptr) continue;
    cpu::Mt19937 state;
    state.seed(3);
    at::Tensor out = at::empty({50021}, at::kFloat);
    kernels.normals(state, out.mutable_data_ptr<float>(), 50021);
    if (!first.defined()) first = out;
    EXPECT_EQ(different_bits(out, first), 0) << kernels.name;
  }
}

TEST(Normals, WithoutAvx2AreTheSameButForRounding) {
  if (cpu::kernels().normals == nullptr) GTEST_SKIP() << "no AVX2 here";
  for (const std::size_t size : {std::size_t{16}, std::size_t{50021}}) {
    std::vector<float> ours(size), theirs(size);
    Generator without(3);
    without.normals_without_kernel(ours.data(), size);
    Generator(3).normals(theirs);
    for (std::size_t i = 0; i < size; ++i) {
      // Logarithm, root, angle and sine in float32, each within a unit or two of the last place of
      // numbers up to 6; the angle's 4e-7 counts in full where the sine is steep.
      ASSERT_NEAR(ours[i], theirs[i], 4e-6) << i << " of " << size;
    }
  }
}

}  // namespace
}  // namespace ksampler
