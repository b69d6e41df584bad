// What the frozen plugins compute on the run of tests/abi/v1/host.hpp, in whatever host.
#ifndef KSAMPLER_TESTS_ABI_FROZEN_NUMBERS_HPP
#define KSAMPLER_TESTS_ABI_FROZEN_NUMBERS_HPP

#include "tests/abi/v1/host.hpp"

#include <gtest/gtest.h>

namespace frozen {

struct Numbers {
  const char* plugin;
  const char* sampler;
  double x[3];
  std::uint32_t model_calls;
  std::uint32_t draws;
};

// As tests/abi/v1/numbers.py computes them, which shares no code with the plugins or a host.
constexpr Numbers kNumbers[] = {
    {"frozen-c", "frozen_heun", {0.36556525924489053, -0.28918971225323475, 1.032049662109944}, 7, 3},
    {"frozen-cpp", "frozen_ab2", {0.2831172139209517, -0.0491430062840974, 0.8083242133368838}, 4, 3},
};

// `x` is computed in float64, in another order of operations than Python's.
inline void expect_numbers(const Numbers& numbers, const Vector& x, const v1::Run& run,
                           double tolerance = 1e-12) {
  ASSERT_EQ(x.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(x[i], numbers.x[i], tolerance) << numbers.sampler;
  EXPECT_EQ(run.model_calls, numbers.model_calls) << numbers.sampler;
  EXPECT_EQ(run.draws, numbers.draws) << numbers.sampler;
  EXPECT_EQ(run.steps, 4u) << numbers.sampler;
}

}  // namespace frozen

#endif
