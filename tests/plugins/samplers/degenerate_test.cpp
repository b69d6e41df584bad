// Schedules at the edge of what is allowed: each sampler gives a finite latent, or an error in a
// sentence.
#include <thread>

#include "tests/plugins/samplers/cases.hpp"

namespace ksampler::toy {
namespace {

class Degenerate : public testing::TestWithParam<SamplerCase> {
 protected:
  void expect_finite(const Vector& sigmas, const Values& values = {}) {
    const SamplerCase& sampler_case = GetParam();
    Host host;
    set_up(host, sampler_case, 3);
    host.sigmas = sigmas;
    host.x = {0.5 * sigmas.front(), -0.3 * sigmas.front()};
    const ks_status status = host.sample(*sampler_case.sampler.create(values), sampler_case.info());
    EXPECT_EQ(status, KS_OK) << host.message << " " << testing::PrintToString(sigmas);
    for (double element : host.x) {
      EXPECT_TRUE(std::isfinite(element)) << testing::PrintToString(sigmas);
      // dpm_fast and dpm_adaptive end at the last positive level: from one level, where they began.
      EXPECT_LE(std::abs(element), std::max(100.0, 0.5 * sigmas.front()))
          << testing::PrintToString(sigmas);
    }
    EXPECT_EQ(host.counters.live, 0u);
  }
};

TEST_P(Degenerate, FewStepsAreFinite) {
  for (std::uint32_t steps = 1; steps <= 8; ++steps) {
    expect_finite(schedule_to_zero(GetParam().flow, steps));
  }
}

TEST_P(Degenerate, RepeatedSigmasAreFinite) {
  expect_finite({0.9, 0.9, 0.5, 0.5, 0.5, 0.2, 0.0, 0.0});
  expect_finite({0.9, 0.5, 0.2, 0.2});
  expect_finite({0.7, 0.7});
}

TEST_P(Degenerate, ALastSigmaThatIsNotZeroIsFinite) {
  expect_finite({0.9, 0.6});
  expect_finite({0.9, 0.6, 0.3});
  expect_finite({0.9, 0.7, 0.5, 0.3, 0.1});
}

TEST_P(Degenerate, PureNoiseIsFinite) {
  if (GetParam().flow) {
    expect_finite({1.0, 0.8, 0.5, 0.2, 0.0});
    expect_finite({1.0, 0.0});
    expect_finite({1.0, 0.3});
  } else {
    expect_finite({4518.8, 40.0, 3.0, 0.3, 0.0});  // v with zero terminal SNR
    expect_finite({4518.8, 0.0});
  }
}

TEST_P(Degenerate, TinySigmasAreFinite) {
  expect_finite({0.9, 1e-3, 1e-7, 0.0});
  expect_finite({0.01, 0.0005, 0.0});
}

TEST_P(Degenerate, MoreNoiseThanAllIsFinite) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.has_param("eta") && sampler_case.id() != "dpm_adaptive") {
    const double most = sampler_case.id().starts_with("sa_solver") ? 10 : 2;
    expect_finite({0.9, 0.8, 0.5, 0.2, 0.0}, {{"eta", most}});
  }
  if (sampler_case.has_param("s_churn")) expect_finite({0.9, 0.8, 0.5, 0.2, 0.0}, {{"s_churn", 100}});
}

// Along the probability flow, as an inversion goes; or an error in a sentence where noise would have to
// be put back.
class GoingUp : public testing::TestWithParam<SamplerCase> {
 protected:
  // KS_OK where it went up, and then along the flow.
  ks_status go_up(const Values& values, std::string& message) {
    const SamplerCase& sampler_case = GetParam();
    const bool flow = sampler_case.flow;
    const double first = 0.1, last = flow ? 0.9 : 10.0;
    Host host;
    set_up(host, sampler_case, 3);
    host.unconditional = {};  // the denoiser: no guidance
    host.sigmas = log_snr_schedule(flow, last, first, 400);
    std::reverse(host.sigmas.begin(), host.sigmas.end());
    host.x = {-0.7, 0.2, 1.5};
    const Vector x = host.x;
    const ks_status status = host.sample(*sampler_case.sampler.create(values), sampler_case.info());
    message = host.message;
    EXPECT_EQ(host.counters.live, 0u);
    if (status != KS_OK || never_converges()) return status;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = gaussian_flow(0.3, 0.8, flow, x[i], first, last);
      // Of first order, 400 steps of 1 percent; dpm_adaptive is asked for 5 percent.
      EXPECT_NEAR(host.x[i], exact, 0.05 * std::abs(exact) + 0.05) << "from " << x[i];
    }
    return status;
  }

  // lcm draws all of its noise anew; the other two do not follow the flow downwards either.
  bool never_converges() const {
    const std::string id = GetParam().id();
    return id == "lcm" || id == "ipndm_v" || id == "dpmpp_2s_ancestral_cfg_pp";
  }
};

TEST_P(GoingUp, FollowsTheFlowOrSaysThatItCannot) {
  std::string message;
  if (go_up({}, message) == KS_OK) return;
  EXPECT_NE(message.find("falling sigmas"), std::string::npos) << message;
}

TEST_P(GoingUp, FollowsTheFlowWithoutNoise) {
  if (!GetParam().has_param("eta")) GTEST_SKIP() << "has no eta";
  std::string message;
  EXPECT_EQ(go_up(without_eta(GetParam()), message), KS_OK) << message;
}

INSTANTIATE_TEST_SUITE_P(Samplers, GoingUp, testing::ValuesIn(all_samplers()), case_name);

INSTANTIATE_TEST_SUITE_P(Samplers, Degenerate, testing::ValuesIn(all_samplers()), case_name);

TEST(RisingSigmas, AreAnErrorWhereNoiseIsPutBack) {
  for (const char* id : {"euler_ancestral", "dpm_2_ancestral", "dpmpp_2s_ancestral", "dpmpp_sde"}) {
    for (const bool flow : {false, true}) {
      const SamplerCase sampler_case = sampler_named(id, flow);
      Host host;
      set_up(host, sampler_case, 3);
      host.sigmas = {0.2, 0.5, 0.8};
      EXPECT_EQ(host.sample(*sampler_case.sampler.create(), sampler_case.info()), KS_ERROR);
      EXPECT_EQ(host.message, "ancestral steps need falling sigmas; set eta to 0") << id;
    }
  }
}

// Euler there and back again: the way up is a sampling of its own, as inversion uses it.
TEST(RisingSigmas, TakeEulerBackToTheNoise) {
  const SamplerCase euler = sampler_named("euler");
  Host host;
  set_up(host, euler, 3);
  host.sigmas = log_snr_schedule(false, 5.0, 0.1, 400);
  const Vector x = host.x;
  ASSERT_EQ(host.sample(*euler.sampler.create(), euler.info()), KS_OK);
  std::reverse(host.sigmas.begin(), host.sigmas.end());
  ASSERT_EQ(host.sample(*euler.sampler.create(), euler.info()), KS_OK);
  // First order: 400 steps of 1 percent.
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(host.x[i], x[i], 0.05 * std::abs(x[i]));
}

class Repeatable : public testing::TestWithParam<SamplerCase> {};

Vector sample_once(const SamplerCase& sampler_case) {
  Host host;
  set_up(host, sampler_case, 25);
  if (sampler_case.info().noise == KS_NOISE_BROWNIAN) host.noise = BrownianPath(3);
  EXPECT_EQ(host.sample(*sampler_case.sampler.create(), sampler_case.info()), KS_OK) << host.message;
  return host.x;
}

TEST_P(Repeatable, SameSeedGivesTheSameBits) {
  EXPECT_EQ(sample_once(GetParam()), sample_once(GetParam()));
}

TEST_P(Repeatable, TwoRunsOnTwoThreadsDoNotTouchEachOther) {
  const Vector alone = sample_once(GetParam());
  Vector first, second;
  std::thread one([&] { first = sample_once(GetParam()); });
  std::thread two([&] { second = sample_once(GetParam()); });
  one.join();
  two.join();
  EXPECT_EQ(first, alone);
  EXPECT_EQ(second, alone);
}

INSTANTIATE_TEST_SUITE_P(Samplers, Repeatable, testing::ValuesIn(all_samplers()), case_name);

}  // namespace
}  // namespace ksampler::toy
