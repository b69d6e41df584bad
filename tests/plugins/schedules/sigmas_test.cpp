// What KSampler makes of a scheduler, and what it does with a bad one.
#include "tests/plugins/schedules/schedule_case.hpp"

#include "host/base/error.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ksampler::schedules {
namespace {

std::vector<double> with(double denoise, bool drops_penultimate, std::uint32_t steps = 20) {
  return schedule_sigmas(make("simple"), ModelSampling::named("eps"), steps, denoise,
                         drops_penultimate);
}

TEST(ScheduleSigmas, WithDenoiseAreTheLastOfALongerSchedule) {
  const std::vector<double> longer = with(1.0, false, 26);  // int(20 / 0.75)
  EXPECT_EQ(with(0.75, false), std::vector<double>(longer.end() - 21, longer.end()));
}

TEST(ScheduleSigmas, CountTheLongerScheduleInFloat64AsPythonDoes) {
  // 3 / 0.1 is 30 and not 29.99..; 7 / 0.07 is 99.99.. and so 99.
  EXPECT_EQ(with(0.1, false, 3).front(), with(1.0, false, 30)[27]);
  EXPECT_EQ(static_cast<int>(7 / 0.07), 99);
  EXPECT_EQ(with(0.07, false, 7).front(), with(1.0, false, 99)[92]);
}

TEST(ScheduleSigmas, AreWholeNearDenoiseOneAndEmptyAtZero) {
  EXPECT_EQ(with(0.99995, false), with(1.0, false));
  EXPECT_TRUE(with(0.0, false).empty());
  EXPECT_TRUE(with(-0.5, false).empty());
  EXPECT_TRUE(with(std::numeric_limits<double>::quiet_NaN(), false).empty());
}

TEST(ScheduleSigmas, WithoutThePenultimateAreOfOneStepMore) {
  std::vector<double> one_more = with(1.0, false, 21);
  one_more.erase(one_more.end() - 2);
  EXPECT_EQ(with(1.0, true), one_more);
}

TEST(ScheduleSigmas, RefuseAScheduleTooLongToCompute) {
  try {
    with(1e-6, false);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "denoise 1e-06 of 20 steps asks for a schedule of 20000000 steps; at most 1000000 are "
                 "accepted");
  }
}

// A scheduler that does what it is told: no plugin of ours is as bad.
struct Bad : ks_scheduler {
  ks_status (*body)(const ks_schedule*);
};

std::string message_of(ks_status (*body)(const ks_schedule*)) {
  Bad bad;
  static_cast<ks_scheduler&>(bad) = {
      .size = sizeof(ks_scheduler),
      .reserved = 0,
      .self = &bad,
      .schedule = [](ks_scheduler* self,
                     const ks_schedule* request) { return static_cast<Bad*>(self)->body(request); },
      .destroy = [](ks_scheduler*) {}};
  bad.body = body;
  const SchedulerInstance instance(nullptr, &bad);
  try {
    scheduler_sigmas(instance, ModelSampling::named("eps"), 4);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

template <std::size_t N>
ks_status emit(const ks_schedule* request, const double (&sigmas)[N]) {
  return request->emit(request, sigmas, N);
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(SchedulerSigmas, RefuseWhatIsNoSchedule) {
  const std::string failed = "the scheduler failed at 4 steps: ";
  EXPECT_EQ(message_of([](const ks_schedule* r) { return emit(r, {1.0}); }),
            failed + "gave 1 sigmas; expected 2 or more, the last included");
  EXPECT_EQ(message_of([](const ks_schedule* r) { return r->emit(r, nullptr, 7); }),
            failed + "gave 0 sigmas; expected 2 or more, the last included");
  EXPECT_EQ(message_of([](const ks_schedule* r) {
              return emit(r, {1.0, kNaN});
            }),
            failed + "sigma 1 is nan; expected a finite number, 0 or above");
  EXPECT_EQ(message_of([](const ks_schedule* r) {
              return emit(r, {1e300, 0.0});
            }),
            failed + "sigma 0 is inf; expected a finite number, 0 or above");
  EXPECT_EQ(message_of([](const ks_schedule* r) {
              return emit(r, {1.0, -1.0});
            }),
            failed + "sigma 1 is -1; expected a finite number, 0 or above");
  EXPECT_EQ(message_of([](const ks_schedule* r) {
              return emit(r, {1.0, 1.5, 0.0});
            }),
            failed + "sigma 1 is 1.5, above the one before it, 1; sigmas must not rise");
}

TEST(SchedulerSigmas, RefuseASchedulerThatBreaksTheRules) {
  const std::string failed = "the scheduler failed at 4 steps: ";
  EXPECT_EQ(message_of([](const ks_schedule*) -> ks_status { return KS_OK; }),
            failed + "it emitted no sigmas");
  EXPECT_EQ(message_of([](const ks_schedule*) -> ks_status { return KS_ERROR; }),
            failed + "it gave no reason (status 1)");
  EXPECT_EQ(message_of([](const ks_schedule* r) {
              emit(r, {1.0, 0.0});
              return emit(r, {1.0, 0.0});
            }),
            failed + "emitted sigmas twice");
  // A refusal is not undone by going on as if nothing had been.
  EXPECT_EQ(message_of([](const ks_schedule* r) -> ks_status {
              emit(r, {0.0, 1.0});
              return KS_OK;
            }),
            failed + "sigma 1 is 1, above the one before it, 0; sigmas must not rise");
}

}  // namespace
}  // namespace ksampler::schedules
