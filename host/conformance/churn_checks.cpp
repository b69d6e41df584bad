// The churn of Karras et al. 2022, Algorithm 2, for samplers that have its parameters by their names.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr std::uint32_t kChurnSteps = 10;

// The level at which the model is first asked, over the first sigma.
double first_rise(const SamplerCase& sampler_case, const Values& values) {
  Host host;
  prepare(host, sampler_case, kChurnSteps);
  double asked = 0;
  host.denoiser = [&, model = host.denoiser](const Vector& x, double sigma) {
    if (asked == 0) asked = sigma;
    return model(x, sigma);
  };
  const double first = host.sigmas.front();
  const SamplerPtr sampler = sampler_case.sampler.create(values);
  run_fine(host, sampler_case, sampler.get());
  return asked / first;
}

struct ChurnCase {
  const char* text;
  Values values;
  double rise;  // 1 + gamma
};

Result churn(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    for (const char* id : {"s_churn", "s_tmin", "s_tmax"}) {
      if (!sampler_case.has_param(id)) return skip(sentence("has no parameter {}", id));
    }
    const double first = toy::schedule_to_zero(sampler_case.flow, kChurnSteps).front();
    const double little = 0.1 * kChurnSteps, much = 2.0 * kChurnSteps;
    const ChurnCase cases[] = {
        {"s_churn / steps = 0.1", {{"s_churn", little}}, 1.1},
        {"s_churn / steps = 2", {{"s_churn", much}}, std::sqrt(2.0)},
        {"s_tmax below the level", {{"s_churn", little}, {"s_tmax", 0.9 * first}}, 1},
        {"s_tmin above the level", {{"s_churn", little}, {"s_tmin", 1.1 * first}}, 1},
        {"the level between s_tmin and s_tmax",
         {{"s_churn", little}, {"s_tmin", 0.9 * first}, {"s_tmax", 1.1 * first}},
         1.1},
    };
    for (const ChurnCase& one : cases) {
      const double rise = first_rise(sampler_case, one.values);
      if (std::abs(rise - one.rise) <= 1e-5) continue;
      return warn(
          sentence("{}with {} the first level is taken up by {}; as published, gamma = min(s_churn / "
                   "steps, sqrt(2) - 1), by {}",
                   where(sampler_case), one.text, number(rise), number(one.rise)));
    }
  }
  return pass();
}

}  // namespace

Checks churn_checks() {
  return {
      {"churn", "numerics", Scope::sampler,
       "s_churn, s_tmin and s_tmax do what they do in Karras et al. 2022, Algorithm 2, where a sampler "
       "has "
       "them.",
       churn},
  };
}

}  // namespace ksampler::conformance
