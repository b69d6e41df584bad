// What the parameters of the noise do: eta and s_noise, as the field names them.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/other_settings.hpp"
#include "host/conformance/variance_trace.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace ksampler::conformance {
namespace {

const ks_param* param_named(const SamplerCase& sampler_case, const char* id) {
  for (std::uint32_t k = 0; k < sampler_case.info().param_count; ++k) {
    if (std::string(sampler_case.info().params[k]->id) == id) return sampler_case.info().params[k];
  }
  return nullptr;
}

Result eta_0_draws_none(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const ks_param* eta = param_named(sampler_case, "eta");
    if (eta == nullptr) return skip("has no parameter eta");
    if (eta->minimum > 0) return skip("its eta does not go down to 0");
    for (const std::uint32_t steps : {2u, 12u}) {
      Host host;
      prepare(host, sampler_case, steps);
      const SamplerPtr sampler = sampler_case.sampler.create({{"eta", 0}});
      run_fine(host, sampler_case, sampler.get());
      if (host.counters.noise_draws == 0) continue;
      return fail(sentence("{}draws noise {} times in {} steps with eta = 0; is eta read?",
                           where(sampler_case), host.counters.noise_draws, steps));
    }
  }
  return pass();
}

// A run that ends above 0, so that the last noise is in what comes out. Gaussian data: what comes out
// is linear in the noise.
Vector run_with(const SamplerCase& sampler_case, Values values, double s_noise, double amount) {
  const bool flow = sampler_case.flow;
  Host host;
  prepare(host, sampler_case, 12);
  host.sigmas = toy::uneven_schedule(flow, flow ? 0.9 : 5.0, 0.1, 12);
  const double first = host.sigmas.front();
  host.x = {-1.3 * first, 0.2 * first, 0.9 * first};
  host.noise = [amount, noise = toy::normal_noise(3)](double from, double to, std::size_t size) {
    Vector drawn = noise(from, to, size);
    for (double& element : drawn) element *= amount;
    return drawn;
  };
  // s_noise_end too, where that is the scale at the end of the run.
  for (std::uint32_t k = 0; k < sampler_case.info().param_count; ++k) {
    const std::string id = sampler_case.info().params[k]->id;
    if (id.starts_with("s_noise")) values[id] = s_noise;
  }
  const SamplerPtr sampler = sampler_case.sampler.create(values);
  run_fine(host, sampler_case, sampler.get());
  return host.x;
}

double largest(const Vector& a, const Vector& b, double times = 1) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - times * b[i]));
  return most;
}

Vector difference(Vector a, const Vector& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

Result s_noise_is_linear(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const ks_param* s_noise = param_named(sampler_case, "s_noise");
    if (s_noise == nullptr) return skip("has no parameter s_noise");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("its steps depend on the noise");
    const Values noisy = toy::with_noise(sampler_case);
    const double twice = std::min(2.0, s_noise->maximum), once = twice / 2;
    if (once < s_noise->minimum) return skip("its s_noise has a narrow range");
    const Vector still = run_with(sampler_case, noisy, once, 0),
                 still_twice = run_with(sampler_case, noisy, twice, 0);
    const Vector added = difference(run_with(sampler_case, noisy, once, 1), still),
                 added_twice = difference(run_with(sampler_case, noisy, twice, 1), still_twice);
    const double scale = largest(added, added, 0);
    const std::string begin = where(sampler_case);
    if (s_noise->minimum == 0) {
      const double off = largest(run_with(sampler_case, noisy, 0, 1), still);
      if (off > 1e-6 * std::max(1.0, scale)) {
        return fail(sentence("{}s_noise 0 is not as noise that is 0: off by {}", begin, number(off)));
      }
    }
    if (scale == 0) return skip("draws no noise that it could scale");
    // Coefficients that pass through float32 are off by 1e-7.
    if (const double off = largest(still_twice, still); off > 1e-6 * std::max(1.0, scale)) {
      return fail(sentence("{}s_noise acts where the noise is 0, by {}; is more than the noise scaled?",
                           begin, number(off)));
    }
    if (const double off = largest(added_twice, added, 2); off > 1e-4 * scale) {
      return fail(sentence("{}s_noise {} adds {} times the noise of s_noise {}; twice is expected",
                           begin, number(twice), number(largest(added_twice, added_twice, 0) / scale),
                           number(once)));
    }
  }
  return pass();
}

// All data are at one point: what is off it is noise, and must be of the level that a step says, to the
// last digit, for steps of any length. Noise of the wrong size shows here that in a fine schedule goes
// away.
Result noise_level(const Subject& subject) {
  // Levels that pass through float32 are off by 1e-7.
  constexpr double rounding = 1e-5;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.info().noise == KS_NOISE_NONE) return skip("declares no noise");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("its steps depend on the noise");
    const Values noisy = toy::with_noise(sampler_case);
    std::vector<OtherSetting> settings = other_settings(sampler_case);
    settings.insert(settings.begin(), {"", {}, true});
    for (OtherSetting& setting : settings) {
      if (scales_noise(setting)) continue;
      setting.values.merge(Values(noisy));
      if (!takes(sampler_case, setting.values)) continue;
      for (const std::uint32_t steps : {4u, 12u}) {
        const VarianceTrace trace =
            variance_trace(sampler_case, toy::uneven_schedule, steps, setting.values, 0);
        for (std::size_t i = 0; i < trace.sigmas.size(); ++i) {
          const double off = std::sqrt(trace.ratio(i)) - 1;
          if (std::abs(off) <= rounding) continue;
          const bool defaults = setting.text.empty() && noisy.empty();
          return (defaults ? fail : warn)(
              sentence("{}in {} steps{}{}, noise is of {} times the level {} that it should have",
                       where(sampler_case), steps, defaults ? "" : " with noise",
                       setting.text.empty() ? "" : " and " + setting.text, number(off + 1),
                       number(trace.sigmas[i])));
        }
      }
    }
  }
  return pass();
}

// How far apart runs of so many steps are, and of twice as many, with the noise of one path.
double apart_on_path(const SamplerCase& sampler_case, std::uint32_t steps,
                     const std::shared_ptr<toy::BrownianPath>& path) {
  constexpr std::size_t elements = 64;
  const auto end = [&](std::uint32_t count) {
    Host host;
    host.flow = sampler_case.flow;
    host.sigmas = toy::log_snr_schedule(host.flow, host.flow ? 0.8 : 4.0, 0.3, count);
    host.denoiser = toy::gaussian(toy::kMean, toy::kScale, host.flow);
    host.x = toy::normal_noise(7)(0, 0, elements);
    for (double& element : host.x) element *= host.sigmas.front();
    host.noise = [path](double from, double to, std::size_t size) { return (*path)(from, to, size); };
    const SamplerPtr sampler = sampler_case.sampler.create(toy::with_noise(sampler_case));
    run_fine(host, sampler_case, sampler.get());
    return host.x;
  };
  const Vector coarse = end(steps), fine = end(2 * steps);
  double sum = 0;
  for (std::size_t i = 0; i < elements; ++i) sum += std::pow(coarse[i] - fine[i], 2);
  return std::sqrt(sum / elements);
}

// A Brownian sampler gives nearly the same picture with more steps. Noise over other intervals than the
// steps' has another path at each number of steps.
Result one_path(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.info().noise != KS_NOISE_BROWNIAN) return skip("does not declare Brownian noise");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("chooses its own steps");
    if (sampler_case.has(KS_SAMPLER_NO_LIMIT)) return skip("declares that with noise it has no limit");
    const auto path = std::make_shared<toy::BrownianPath>(11);
    const double coarse = apart_on_path(sampler_case, 40, path),
                 fine = apart_on_path(sampler_case, 160, path);
    // The root of the step at the least: half for a quarter of it.
    if (fine <= 0.65 * coarse) continue;
    return fail(
        sentence("{}40 and 80 steps on one path of noise end {} apart, 160 and 320 still {}; is the "
                 "noise that of the interval of the step?",
                 where(sampler_case), number(coarse), number(fine)));
  }
  return pass();
}

// How many draws each step but the last makes.
std::vector<std::uint32_t> draws_by_step(const SamplerCase& sampler_case) {
  Host host;
  prepare(host, sampler_case, 10);
  const SamplerPtr sampler = sampler_case.sampler.create(toy::with_noise(sampler_case));
  run_fine(host, sampler_case, sampler.get());
  std::vector<std::uint32_t> draws;
  for (std::size_t i = 1; i < host.at_step.size(); ++i) {
    draws.push_back(host.at_step[i].noise_draws - host.at_step[i - 1].noise_draws);
  }
  return draws;
}

// It is easily forgotten where a multistep method starts.
Result noise_from_the_start(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (!sampler_case.has(KS_SAMPLER_STOCHASTIC)) return skip("is not stochastic");
    const std::vector<std::uint32_t> draws = draws_by_step(sampler_case);
    if (draws.size() < 4 || draws.front() > 0) continue;
    if (std::find(draws.begin() + 1, draws.end(), 0u) != draws.end()) continue;
    return warn(where(sampler_case) + "the first step draws no noise, and all others but the last do");
  }
  return pass();
}

}  // namespace

Checks noise_checks() {
  return {
      {"eta-0-draws-no-noise", "numerics", Scope::sampler,
       "A sampler that has a parameter eta draws no noise where it is 0.", eta_0_draws_none},
      {"s-noise-is-linear", "numerics", Scope::sampler,
       "Twice the s_noise is twice of what the noise adds, and changes nothing else.",
       s_noise_is_linear},
      {"noise-level", "numerics", Scope::sampler,
       "Where all data are at one point, the noise in the latent has the level that each step says, to "
       "the "
       "last digit, in few steps, too, and at other values of the parameters but s_noise.",
       noise_level},
      {"one-path", "numerics", Scope::sampler,
       "Runs of more steps with Brownian noise of one path come ever nearer to each other.", one_path},
      {"noise-from-the-start", "numerics", Scope::sampler,
       "The first step draws noise where all others but the last do.", noise_from_the_start},
  };
}

}  // namespace ksampler::conformance
