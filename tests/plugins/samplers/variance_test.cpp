// The variance of what a sampler with noise makes, after every step, computed without chance: with
// Gaussian data everything is linear in the initial noise and in each draw, so that a run with unit
// impulses in their place gives the coefficient of each (see ImpulseNoise).
#include "tests/plugins/samplers/cases.hpp"

namespace ksampler::toy {
namespace {

constexpr double scale = 0.8;

double sum_of_squares(const Vector& x) {
  double sum = 0;
  for (double element : x) sum += element * element;
  return sum;
}

// Variance and noise level at each step, and after the last.
struct Trace {
  Vector sigmas;
  Vector variances;
};

Trace variance_of(const SamplerCase& sampler_case, const Vector& sigmas) {
  const Values values = with_noise(sampler_case);
  const auto prepare = [&](Host& host) {
    host.flow = sampler_case.flow;
    host.sigmas = sigmas;
    host.denoiser = gaussian(0, scale, sampler_case.flow);
  };
  // Finds out how many draws there are, and over which intervals.
  Host scout;
  prepare(scout);
  scout.x = {0.0};
  EXPECT_EQ(scout.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK)
      << scout.message;
  const bool brownian = sampler_case.info().noise == KS_NOISE_BROWNIAN;
  const std::set<double> times(scout.noise_sigmas.begin(), scout.noise_sigmas.end());

  Host host;
  prepare(host);
  host.x = Vector(1 + (brownian ? times.size() : scout.counters.noise_draws), 0.0);
  host.x[0] = std::sqrt(Mixing(sampler_case.flow, sigmas.front()).variance(scale));
  host.noise = brownian ? ImpulseNoise(times) : ImpulseNoise();
  Trace trace;
  host.on_step = [&](const ks_step& step) {
    trace.sigmas.push_back(step.sigma);
    trace.variances.push_back(sum_of_squares(step.x->values));
  };
  EXPECT_EQ(host.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK)
      << host.message;
  trace.sigmas.push_back(sigmas.back());
  trace.variances.push_back(sum_of_squares(host.x));
  return trace;
}

class Variance : public testing::TestWithParam<SamplerCase> {};

// The largest relative distance from the variance of the diffusion at that noise level.
double worst_error(const SamplerCase& sampler_case, std::uint32_t steps) {
  const bool flow = sampler_case.flow;
  const Trace trace = variance_of(sampler_case, log_snr_schedule(flow, flow ? 0.9 : 5.0, 0.1, steps));
  double worst = 0;
  for (std::size_t i = 0; i < trace.sigmas.size(); ++i) {
    const double theory = Mixing(flow, trace.sigmas[i]).variance(scale);
    worst = std::max(worst, std::abs(trace.variances[i] / theory - 1));
  }
  return worst;
}

TEST_P(Variance, AfterEveryStepIsThatOfTheDiffusion) {
  const SamplerCase& sampler_case = GetParam();
  const double coarse = worst_error(sampler_case, 100);
  const double fine = worst_error(sampler_case, 200);
  RecordProperty("at_100_steps", std::to_string(coarse));
  // What remains is the error of the step, which falls with it; a wrong amount of noise would not fall.
  // Half a part in ten above the ideal half, for what is not yet asymptotic.
  EXPECT_LT(coarse, 0.1);
  EXPECT_LT(fine, 0.55 * coarse);
}

std::vector<SamplerCase> noisy_samplers() {
  std::vector<SamplerCase> noisy;
  for (const SamplerCase& sampler_case : all_samplers()) {
    if (sampler_case.info().noise == KS_NOISE_NONE || !sampler_case.fits()) continue;
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) continue;  // its steps depend on the impulses
    if (sampler_case.id() == "lcm") continue;             // see below
    // Its second part does not end at the diffusion's variance: its file says why.
    if (sampler_case.id() == "dpmpp_2s_ancestral_cfg_pp") continue;
    // Churn and dpm_fast's noise are made for additive noise.
    if (!sampler_case.has(KS_SAMPLER_STOCHASTIC) && sampler_case.flow) continue;
    noisy.push_back(sampler_case);
  }
  return noisy;
}

INSTANTIATE_TEST_SUITE_P(Samplers, Variance, testing::ValuesIn(noisy_samplers()), case_name);

// LCM takes the posterior mean for a sample, and so has a variance of its own:
//   v_next = (a_next * a * scale^2 / v)^2 * v_x + sigma_next^2
TEST(Variance, OfLcmIsThatOfADenoisedLatentNoisedAgain) {
  for (const bool flow : {false, true}) {
    const Trace trace = variance_of(sampler_named("lcm", flow), log_snr_schedule(flow, 0.9, 0.1, 12));
    for (std::size_t i = 0; i + 1 < trace.sigmas.size(); ++i) {
      const Mixing from(flow, trace.sigmas[i]), to(flow, trace.sigmas[i + 1]);
      const double weight = to.a * from.a * scale * scale / from.variance(scale);
      EXPECT_NEAR(trace.variances[i + 1], weight * weight * trace.variances[i] + to.b * to.b, 1e-12);
    }
  }
}

// Brownian noise is one path, whatever the order and the size of the pieces that are asked for.
TEST(BrownianPath, GivesIncrementsThatAddUp) {
  BrownianPath path(7);
  const double whole = path(10, 1, 1)[0] * 3;  // times sqrt(9)
  const double first = path(10, 6, 1)[0] * 2, second = path(6, 1, 1)[0] * std::sqrt(5.0);
  EXPECT_NEAR(first + second, whole, 1e-12);
}

}  // namespace
}  // namespace ksampler::toy
