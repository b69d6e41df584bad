// Every schedule of the plugin, on every model, over the whole range of steps: the host refuses sigmas
// that are not finite, negative or rising, so that a result at all is the test.
#include "tests/plugins/schedules/schedule_case.hpp"

#include "host/base/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace ksampler::schedules {
namespace {

std::vector<std::string> all_schedulers() {
  std::vector<std::string> ids;
  for (const Manifest& manifest : registry().plugins()) {
    if (manifest.plugin.name != "schedules") continue;
    for (const SchedulerDescription& scheduler : manifest.plugin.schedulers)
      ids.push_back(scheduler.id);
  }
  return ids;
}

// Those that a model cannot have, by their own account.
bool fits(const std::string& scheduler, const ModelSampling& sampling) {
  static const std::set<std::string> additive = {"ays", "vp"};
  static const std::set<std::string> flow = {"flux", "flux2", "ideogram4", "ltxv"};
  return sampling.is_flow() ? !additive.contains(scheduler) : !flow.contains(scheduler);
}

class Robustness : public testing::TestWithParam<std::string> {};

TEST_P(Robustness, GivesAScheduleForEveryModelAndNumberOfSteps) {
  std::vector<NamedParam> params;
  if (GetParam() == "manual") params = {{"sigmas", std::vector<double>{0.9, 0.5, 0.1, 0.0}}};
  const SchedulerInstance scheduler = make(GetParam(), params);
  for (const std::string& name : ModelSampling::names()) {
    const ModelSampling sampling = ModelSampling::named(name);
    if (!fits(GetParam(), sampling)) {
      EXPECT_THROW(scheduler_sigmas(scheduler, sampling, 10), Error) << name;
      continue;
    }
    for (const std::uint32_t steps : {1u, 2u, 3u, 4u, 5u, 7u, 10u, 11u, 20u, 29u, 50u, 150u, 300u, 333u,
                                      999u, 1000u, 1001u, 5000u, 10000u}) {
      const std::vector<double> sigmas = scheduler_sigmas(scheduler, sampling, steps);
      EXPECT_GE(sigmas.size(), 2u) << name << ", " << steps << " steps";
      EXPECT_GT(sigmas.front(), 0.0) << name << ", " << steps << " steps";
      if (GetParam() != "laplace") {
        EXPECT_EQ(sigmas.back(), 0.0) << name << ", " << steps << " steps";
      }
    }
  }
}

std::string scheduler_of(const testing::TestParamInfo<std::string>& info) { return info.param; }

INSTANTIATE_TEST_SUITE_P(Schedulers, Robustness, testing::ValuesIn(all_schedulers()), scheduler_of);

TEST(Schedules, AreTheseTwentyFour) {
  EXPECT_EQ(all_schedulers(), (std::vector<std::string>{"ays",
                                                        "beta",
                                                        "beta57",
                                                        "bong_tangent",
                                                        "ddim_trailing",
                                                        "ddim_uniform",
                                                        "exponential",
                                                        "flux",
                                                        "flux2",
                                                        "ideogram4",
                                                        "karras",
                                                        "kl_optimal",
                                                        "laplace",
                                                        "linear_quadratic",
                                                        "logit_normal",
                                                        "ltxv",
                                                        "manual",
                                                        "normal",
                                                        "polyexponential",
                                                        "sd_turbo",
                                                        "sgm_uniform",
                                                        "simple",
                                                        "smoothstep",
                                                        "vp"}));
}

TEST(DdimUniform, MayGiveMoreStepsThanAskedFor) {
  EXPECT_EQ(sigmas("ddim_uniform", "eps", 300).size(), 334u);
}

TEST(Beta, MayGiveFewerStepsThanAskedFor) { EXPECT_EQ(sigmas("beta", "eps", 300).size(), 294u); }

TEST(KlOptimal, WithOneStepBeginsAtSigmaMax) {
  const double sigma_max = ModelSampling::named("eps").sigma_max();
  // The arctangent of 14.6 in float32 and back: its rounding, 6e-8, times the slope 1 + 14.6^2.
  EXPECT_NEAR(sigmas("kl_optimal", "eps", 1).front(), sigma_max, 2e-5);
}

}  // namespace
}  // namespace ksampler::schedules
