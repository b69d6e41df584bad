// Swaps while runs go on. docs/performance.md has the figures of a thousand: bench/swap_bench.cpp.
#include "tests/swap/swap_load.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(SwapsUnderLoad, LeaveEachRunOnOneGenerationAndNoneFailed) {
  const test::LoadResult result = test::swap_under_load(40, /*runners=*/4);
  EXPECT_EQ(result.swaps, 40u) << result.problem;
  EXPECT_EQ(result.failed_runs, 0u) << result.problem;
  EXPECT_EQ(result.mixed_runs, 0u);
  EXPECT_GE(result.runs, 40u);
  EXPECT_EQ(result.still_mapped, 0u);
  // All but the current one, and those of runs that had not ended when the last swap was done: none, as
  // the runners have.
  EXPECT_EQ(result.unmapped, 40u);
}

}  // namespace
}  // namespace ksampler
