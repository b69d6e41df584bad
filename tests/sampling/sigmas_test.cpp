#include "host/session/sigmas.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(Sigmas, KeepTheLastSteps) {
  EXPECT_EQ(last_steps({5, 4, 3, 2, 0}, 2), (std::vector<double>{3, 2, 0}));
  EXPECT_EQ(last_steps({5, 4, 0}, 2), (std::vector<double>{5, 4, 0}));
  EXPECT_EQ(last_steps({5, 0}, 20), (std::vector<double>{5, 0}));
}

TEST(Sigmas, SayThatTheyAreAnotherNumberThanSteps) {
  EXPECT_EQ(
      steps_notice("manual", std::vector<double>(12, 1.0), 20),
      "the scheduler 'manual' gives 12 noise levels, which are 11 steps, and not the 20 of 'steps'");
  EXPECT_EQ(steps_notice("manual", std::vector<double>(12, 1.0), 11), "");
  EXPECT_EQ(steps_notice("manual", {}, 11), "");  // denoise 0: nothing to do
}

}  // namespace
}  // namespace ksampler
