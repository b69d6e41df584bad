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

TEST_P(Degenerate, RisingSigmasWithoutNoiseAreFinite) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.has_param("eta")) expect_finite({0.1, 0.3, 0.6, 0.9}, without_noise(sampler_case));
}

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
