#include "host/tensor/normals.hpp"

#include "host/tensor/cpu/kernels.hpp"
#include "host/tensor/cpu/mt19937.hpp"
#include "host/tensor/noise.hpp"
#include "tests/tensor/noise_records.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace ksampler {
namespace {

// What LibTorch itself draws next.
at::Tensor from_libtorch(std::int64_t size, at::Generator& generator) {
  at::Tensor out = at::empty({size}, at::kFloat);
  return out.normal_(0, 1, generator);
}

TEST(Normals, AreLibTorchsForSizesAndPlacesOfEveryKind) {
  // Groups of 16, blocks of 624, chunks of 2496; below 16 the draws are of another kind and leave a
  // half used pair behind.
  at::Generator ours = seeded_generator(99), theirs = seeded_generator(99);
  for (const std::int64_t size :
       {16, 1, 17, 624, 15, 3, 31, 2496, 2497, 100, 4096, 7, 623, 65536, 100003}) {
    const at::Tensor expected = from_libtorch(size, theirs);
    const at::Tensor found = normal({size}, ours);
    ASSERT_EQ(different_bits(found, expected), 0) << size << " elements";
  }
  EXPECT_EQ(ours.get_state().equal(theirs.get_state()), true);
}

TEST(Normals, AreLibTorchsOverManySeeds) {
  // 2.6 million draws: each of the uniforms' 24 bits in every position, and radii and angles far apart.
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const std::uint64_t spread = seed * 0x9e3779b97f4a7c15U;
    at::Generator ours = seeded_generator(spread), theirs = seeded_generator(spread);
    ASSERT_EQ(different_bits(normal({65536}, ours), from_libtorch(65536, theirs)), 0)
        << "seed " << spread;
  }
}

TEST(Normals, OfASeedAreTheFirstDrawOfItsGenerator) {
  for (const std::int64_t size : {5, 4096}) {
    at::Generator generator = seeded_generator(4294967295U);
    at::Tensor found = at::empty({size}, at::kFloat);
    draw_seeded_normals(found, 4294967295U);
    EXPECT_EQ(different_bits(found, from_libtorch(size, generator)), 0) << size << " elements";
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

TEST(Normals, AreFastWhereLibTorchDrawsWithAvx2) {
  // If this fails with a new LibTorch, its arithmetic has changed: results are right, but slow.
  const bool expected =
      cpu::kernels().normals != nullptr && std::getenv("ATEN_CPU_CAPABILITY") == nullptr;
  EXPECT_EQ(fast_normals() != nullptr, expected);
}

}  // namespace
}  // namespace ksampler
