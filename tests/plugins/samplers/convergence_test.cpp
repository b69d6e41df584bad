// The order of convergence that a sampler declares, measured against the exact probability flow.
#include "tests/plugins/samplers/cases.hpp"

namespace ksampler::toy {
namespace {

class Convergence : public testing::TestWithParam<SamplerCase> {};

// Steps that are long and short in turn, 2 to 1 in the logarithm of the signal-to-noise ratio.
Vector uneven_schedule(bool flow, double first, double last, std::uint32_t steps) {
  const Vector even = log_snr_schedule(flow, first, last, steps / 2 * 3);
  Vector sigmas;
  for (std::size_t i = 0; i < even.size(); ++i) {
    if (i % 3 != 1) sigmas.push_back(even[i]);
  }
  return sigmas;
}

using Schedule = Vector (*)(bool flow, double first, double last, std::uint32_t steps);

// The range lies around the scale of the data, where the flow neither shrinks the errors of the first
// steps nor hides them: a multistep solver begins with a step of first order, and at larger noise
// levels many more steps are needed until that shows as the order that it leaves.
double error_of(const SamplerCase& sampler_case, std::uint32_t steps,
                Schedule schedule = log_snr_schedule) {
  constexpr double mean = 0.3, scale = 0.8;
  const bool flow = sampler_case.flow;
  Host host;
  host.flow = flow;
  host.sigmas = schedule(flow, flow ? 0.5 : 1.0, 0.3, steps);
  host.x = {-1.7, 0.2, 2.5};
  host.denoiser = gaussian(mean, scale, flow);
  const Vector x = host.x;
  const SamplerPtr sampler = sampler_case.sampler.create(without_eta(sampler_case));
  EXPECT_EQ(host.sample(*sampler, sampler_case.info()), KS_OK) << host.message;
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact =
        gaussian_flow(mean, scale, flow, x[i], host.sigmas.front(), host.sigmas.back());
    error = std::max(error, std::abs(host.x[i] - exact));
  }
  return error;
}

double order_of(const SamplerCase& sampler_case, Schedule schedule = log_snr_schedule) {
  // Multiples of 6: of 3, which dpm_fast spends alike, and even.
  constexpr std::uint32_t few = 36, many = 252;
  return std::log(error_of(sampler_case, few, schedule) / error_of(sampler_case, many, schedule)) /
         std::log(static_cast<double>(many) / few);
}

TEST_P(Convergence, IsOfTheDeclaredOrder) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.info().order == 0) GTEST_SKIP() << "declares no order";
  const double order = order_of(sampler_case);
  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, sampler_case.info().order, 0.2);
}

// Where steps are equal, so are the coefficients of a multistep method: a wrong one does not show.
TEST_P(Convergence, IsOfTheDeclaredOrderOnUnevenStepsToo) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.info().order == 0) GTEST_SKIP() << "declares no order";
  EXPECT_NEAR(order_of(sampler_case, uneven_schedule), sampler_case.info().order, 0.2);
}

// Why they declare none.
TEST(IpndmConvergence, IsOfAnOrderOnEqualStepsAlone) {
  EXPECT_NEAR(order_of(sampler_named("ipndm")), 2.0, 0.2);
  EXPECT_NEAR(order_of(sampler_named("ipndm"), uneven_schedule), 1.0, 0.2);
  EXPECT_NEAR(order_of(sampler_named("ipndm_v")), 2.0, 0.2);
  EXPECT_NEAR(order_of(sampler_named("ipndm_v"), uneven_schedule), 0.0, 0.2);
}

// Which samplers may leave the order out: those that cannot do without noise, those that choose their
// steps, and those whose published form has none (their files say why).
TEST_P(Convergence, IsDeclaredWhereThereIsOne) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.info().order > 0) return;
  const bool always_noisy = sampler_case.has(KS_SAMPLER_STOCHASTIC) && !sampler_case.has_param("eta");
  const bool excused = sampler_case.id() == "er_sde" || sampler_case.id().starts_with("ipndm") ||
                       sampler_case.id() == "dpmpp_2s_ancestral_cfg_pp";
  EXPECT_TRUE(always_noisy || sampler_case.has(KS_SAMPLER_ADAPTIVE) || excused);
}

INSTANTIATE_TEST_SUITE_P(Samplers, Convergence, testing::ValuesIn(all_samplers()), case_name);

TEST(AdaptiveConvergence, FollowsTheToleranceAskedFor) {
  for (const double order : {2.0, 3.0}) {
    const SamplerCase adaptive = sampler_named("dpm_adaptive");
    double last = 1;
    for (const double rtol : {1e-2, 1e-3, 1e-4}) {
      Host host;
      host.sigmas = {10.0, 0.3};
      host.x = {-17.0, 2.0, 25.0};
      host.denoiser = gaussian(0.3, 0.8, false);
      const double exact = gaussian_flow(0.3, 0.8, false, host.x[0], 10.0, 0.3);
      const SamplerPtr sampler =
          adaptive.sampler.create({{"order", order}, {"rtol", rtol}, {"atol", rtol}});
      ASSERT_EQ(host.sample(*sampler, adaptive.info()), KS_OK) << host.message;
      const double error = std::abs(host.x[0] - exact);
      EXPECT_LT(error, last / 4) << "order " << order << ", rtol " << rtol;
      last = error;
    }
  }
}

// A denoiser that is not linear: all samplers without noise follow the same flow, which Heun's method
// gives with many steps.
TEST_P(Convergence, FollowsTheFlowOfAMixture) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.has(KS_SAMPLER_STOCHASTIC) && without_eta(sampler_case).empty()) {
    GTEST_SKIP() << "cannot do without noise";
  }
  if (sampler_case.id() == "dpmpp_2s_ancestral_cfg_pp")
    GTEST_SKIP() << "does not converge, see its file";
  const auto sampled = [&](const SamplerCase& which, std::uint32_t steps) {
    Host host;
    host.flow = which.flow;
    host.sigmas = log_snr_schedule(which.flow, which.flow ? 0.95 : 8.0, 0.05, steps);
    host.x = {host.sigmas.front() * 0.3, host.sigmas.front() * -0.8};
    host.denoiser = mixture({{1, 1}, {-1, 0.5}, {0.2, -1}}, 0.2, 0.5, which.flow);
    const SamplerPtr sampler = which.sampler.create(without_eta(which));
    EXPECT_EQ(host.sample(*sampler, which.info()), KS_OK) << host.message;
    return host.x;
  };
  const Vector exact = sampled(sampler_named("heun", sampler_case.flow), 2000);
  // 600 steps of 1 percent in sigma: one of first order is wrong by less than that.
  const Vector x = sampled(sampler_case, 600);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], exact[i], 0.01);
}

}  // namespace
}  // namespace ksampler::toy
