// Whether what holds with the defaults holds with other values of the parameters.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/other_settings.hpp"
#include "host/conformance/variance_trace.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

bool is_of_noise(const std::string& id) { return id == "eta" || id.starts_with("s_"); }

// A number that moves must keep the order; another choice may have one of its own, but converges.
Result order_away(const Subject& subject) {
  std::size_t measured = 0;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const std::uint32_t declared = sampler_case.info().order;
    if (declared == 0) return skip("declares no order");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("chooses its own steps");
    const std::vector<std::uint32_t> steps = toy::steps_for(declared);
    for (const OtherSetting& setting : other_settings(sampler_case)) {
      if (is_of_noise(setting.values.begin()->first) || !takes(sampler_case, setting.values)) continue;
      const Curve curve =
          convergence(sampler_case, toy::uneven_schedule, {steps[1], steps[3]}, setting.values);
      ++measured;
      const double least = setting.graded ? declared - (declared >= 5 ? 0.6 : 0.3) : 0.7;
      // What is exact to the last digits has no slope.
      if (curve.slope >= least || curve.y.back() < 1e-11) continue;
      return warn(sentence("{}measured {} with {}{}", where(sampler_case), number(curve.slope),
                           setting.text,
                           setting.graded ? sentence(", declared {}", declared) : std::string()));
    }
  }
  if (measured == 0) return skip("has no parameter that could change it");
  return pass(sentence("{} other settings", measured));
}

Result variance_away(const Subject& subject) {
  std::size_t measured = 0;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.has(KS_SAMPLER_NO_LIMIT)) return skip("declares that with noise it has no limit");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("its steps depend on the noise");
    if (sampler_case.info().noise == KS_NOISE_NONE) return skip("declares no noise");
    if (sampler_case.info().order == 0) return skip("declares no order, and so no limit");
    const Values noisy = toy::with_noise(sampler_case);
    std::vector<OtherSetting> settings = other_settings(sampler_case);
    settings.push_back({noisy.empty() ? "" : noisy.begin()->first + " on", {}, true});
    for (OtherSetting& setting : settings) {
      if (scales_noise(setting)) continue;  // away from the diffusion's
      Values values = setting.values;
      values.merge(Values(noisy));
      if (!takes(sampler_case, values)) continue;
      const double coarse = variance_trace(sampler_case, toy::uneven_schedule, 100, values).worst();
      const double fine = variance_trace(sampler_case, toy::uneven_schedule, 200, values).worst();
      ++measured;
      if (vanishes(coarse, fine)) continue;
      return warn(sentence("{}off by {} % in 100 steps and by {} % in 200 with {}", where(sampler_case),
                           number(100 * coarse), number(100 * fine), setting.text));
    }
  }
  return pass(sentence("{} other settings", measured));
}

}  // namespace

Checks away_checks() {
  return {
      {"order-away-from-defaults", "numerics", Scope::sampler,
       "With another value of any number that is not about noise the order is still the declared one, "
       "within 0.3; with any other choice, whole number or boolean the error still falls with the "
       "step.",
       order_away},
      {"variance-away-from-defaults", "numerics", Scope::sampler,
       "With another value of any parameter but s_noise the variance is that of the diffusion; where "
       "the defaults draw no noise, with eta 1 or s_churn 10.",
       variance_away},
  };
}

}  // namespace ksampler::conformance
