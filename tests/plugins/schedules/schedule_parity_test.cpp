// Every reference schedule of ComfyUI, by the plugin, through the host.
#include "tests/plugins/schedules/schedule_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

namespace ksampler::schedules {
namespace {

bool is_finite(const std::vector<float>& sigmas) {
  return std::all_of(sigmas.begin(), sigmas.end(), [](float sigma) { return std::isfinite(sigma); });
}

class ScheduleParity : public testing::TestWithParam<Case> {};

TEST_P(ScheduleParity, EqualsComfyUI) {
  const std::vector<float> reference = GetParam().reference();
  const std::vector<double> ours = GetParam().ours();
  ASSERT_EQ(ours.size(), reference.size());
  if (!is_finite(reference)) {
    // kl_optimal divides 0 by 0 with one step. `ours` was checked by the host to be finite.
    EXPECT_EQ(GetParam().steps, 1u);
    EXPECT_EQ(ours.back(), 0.0);
    return;
  }
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_LE(ulps(reference[i], static_cast<float>(ours[i])), kMostUlps)
        << "sigma " << i << ": " << reference[i] << " in ComfyUI, here " << ours[i];
  }
}

std::string record_of(const testing::TestParamInfo<Case>& info) { return info.param.name(); }

INSTANTIATE_TEST_SUITE_P(Records, ScheduleParity, testing::ValuesIn(cases()), record_of);

TEST(ScheduleParityReport, SaysTheLargestDifferenceOfEachScheduler) {
  struct Figures {
    std::int64_t schedules = 0;
    std::int64_t sigmas = 0;
    std::int64_t unequal = 0;
    std::int64_t largest = 0;
  };
  std::map<std::string, Figures> report;
  for (const Case& c : cases()) {
    const std::vector<float> reference = c.reference();
    if (!is_finite(reference)) continue;
    const std::vector<double> ours = c.ours();
    Figures& figures = report[c.scheduler];
    ++figures.schedules;
    for (std::size_t i = 0; i < std::min(ours.size(), reference.size()); ++i) {
      ++figures.sigmas;
      if (reference[i] != static_cast<float>(ours[i])) ++figures.unequal;
    }
    figures.largest = std::max(figures.largest, ulps(reference, ours));
  }
  for (const auto& [scheduler, figures] : report) {
    std::cout << scheduler << ": " << figures.schedules << " schedules, " << figures.unequal << " of "
              << figures.sigmas << " sigmas not equal, by at most " << figures.largest << " ulp\n";
    RecordProperty(scheduler + "_ulps", std::to_string(figures.largest));
    EXPECT_LE(figures.largest, kMostUlps) << scheduler;
  }
  // The nine of ComfyUI's KSampler, and polyexponential, laplace, vp.
  EXPECT_EQ(report.size(), 12u);
}

}  // namespace
}  // namespace ksampler::schedules
