#include "host/plugin/description.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(SamplerDescription, CountsModelCallsDownToZero) {
  SamplerDescription heun;  // two calls a step, one in the last
  heun.model_calls = 2;
  heun.model_calls_second_last = 2;
  heun.model_calls_last = 1;
  EXPECT_EQ(heun.model_calls_for(0), 0u);
  EXPECT_EQ(heun.model_calls_for(1), 1u);
  EXPECT_EQ(heun.model_calls_for(2), 3u);
  EXPECT_EQ(heun.model_calls_for(20), 39u);
}

TEST(SamplerDescription, DoesNotKnowTheModelCallsOfAnAdaptiveSampler) {
  SamplerDescription adaptive;
  adaptive.adaptive = true;
  adaptive.model_calls = 3;
  EXPECT_EQ(adaptive.model_calls_for(20), 0u);
}

}  // namespace
}  // namespace ksampler
