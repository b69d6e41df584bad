#include "host/cli/step_rate.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

StepRate::Time at(double seconds) {
  return StepRate::Time{} +
         std::chrono::duration_cast<StepRate::Time::duration>(std::chrono::duration<double>(seconds));
}

// Relative; times are kept in nanoseconds.
constexpr double kRounding = 1e-6;

TEST(StepRate, CountsTheFirstStepFromTheBeginning) {
  StepRate rate;
  rate.begin(at(1));
  EXPECT_NEAR(rate.after(1, at(3)), 0.5, kRounding);
}

TEST(StepRate, ForgetsWhatCameBeforeTheFirstStep) {
  StepRate rate;
  rate.begin(at(0));
  rate.after(1, at(30));  // the model was loaded
  EXPECT_NEAR(rate.after(2, at(30.5)), 2, kRounding);
  EXPECT_NEAR(rate.after(3, at(31)), 2, kRounding);
}

TEST(StepRate, FollowsTheLastTenSteps) {
  StepRate rate;
  rate.begin(at(0));
  std::uint32_t step = 0;
  for (; step < 20; ++step) rate.after(step + 1, at(step + 1));
  for (; step < 30; ++step) rate.after(step + 1, at(20 + 0.1 * (step + 1 - 20)));
  EXPECT_NEAR(rate.after(31, at(21.1)), 10, 10 * kRounding);
}

TEST(StepRate, IsFreshForEveryNode) {
  StepRate rate;
  rate.begin(at(0));
  for (std::uint32_t step = 1; step <= 20; ++step) rate.after(step, at(step));
  rate.begin(at(100));
  EXPECT_NEAR(rate.after(1, at(100.25)), 4, 4 * kRounding);
}

}  // namespace
}  // namespace ksampler
