// The variance of what a sampler with noise makes, after every step, computed without chance: with
// Gaussian data everything is linear in the initial noise and in each draw, so that a run with unit
// impulses in their place gives the weight of each (see ImpulseNoise).
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace ksampler::conformance {
namespace {

constexpr double kScale = 0.8;

double sum_of_squares(const Vector& x) {
  double sum = 0;
  for (double element : x) sum += element * element;
  return sum;
}

// Variance and noise level at each step, and after the last.
struct Trace {
  Vector sigmas;
  Vector variances;

  // The largest relative distance from the variance of the diffusion at that noise level.
  double worst(bool flow) const {
    double worst = 0;
    for (std::size_t i = 0; i < sigmas.size(); ++i) {
      const double theory = toy::Mixing(flow, sigmas[i]).variance(kScale);
      worst = std::max(worst, std::abs(variances[i] / theory - 1));
    }
    return worst;
  }
};

Trace trace_of(const SamplerCase& sampler_case, std::uint32_t steps) {
  const bool flow = sampler_case.flow;
  const Vector sigmas = toy::log_snr_schedule(flow, flow ? 0.9 : 5.0, 0.1, steps);
  const auto set_up = [&](Host& host) {
    host.flow = flow;
    host.sigmas = sigmas;
    host.denoiser = toy::gaussian(0, kScale, flow);
  };
  // Finds out how many draws there are, and over which intervals.
  Host scout;
  set_up(scout);
  scout.x = {0.0};
  run_fine(scout, sampler_case);
  const bool brownian = sampler_case.info().noise == KS_NOISE_BROWNIAN;
  const std::set<double> times(scout.noise_sigmas.begin(), scout.noise_sigmas.end());

  Host host;
  set_up(host);
  host.x = Vector(1 + (brownian ? times.size() : scout.counters.noise_draws), 0.0);
  host.x[0] = std::sqrt(toy::Mixing(flow, sigmas.front()).variance(kScale));
  host.noise = brownian ? toy::ImpulseNoise(times) : toy::ImpulseNoise();
  Trace trace;
  host.on_step = [&](const ks_step& step) {
    trace.sigmas.push_back(step.sigma);
    trace.variances.push_back(sum_of_squares(step.x->values));
  };
  run_fine(host, sampler_case);
  trace.sigmas.push_back(sigmas.back());
  trace.variances.push_back(sum_of_squares(host.x));
  return trace;
}

// What is wrong with the variance is the error of a step, which falls with it; a wrong amount of noise
// would not fall. Half a part in ten above the ideal half, for what is not yet asymptotic.
Result variance(const Subject& subject) {
  Result result = pass();
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (!sampler_case.has(KS_SAMPLER_STOCHASTIC)) return skip("is not stochastic");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("its steps depend on the noise");
    const Trace fine_trace = trace_of(sampler_case, 200);
    const double coarse = trace_of(sampler_case, 100).worst(sampler_case.flow);
    const double fine = fine_trace.worst(sampler_case.flow);
    Curve curve{sampler_case.flow ? "flow" : "additive", "variance", fine_trace.sigmas, {}, 0};
    for (std::size_t i = 0; i < fine_trace.sigmas.size(); ++i) {
      curve.y.push_back(fine_trace.variances[i] /
                        toy::Mixing(sampler_case.flow, fine_trace.sigmas[i]).variance(kScale));
    }
    result.curves.push_back(std::move(curve));
    if (fine < 1e-9 || (coarse < 0.1 && fine < 0.55 * coarse)) continue;
    result.detail = sentence("{}off by {} % in 100 steps and by {} % in 200", where(sampler_case),
                             number(100 * coarse), number(100 * fine));
    // A sampler that declares no order does not say that it converges to the diffusion.
    if (sampler_case.info().order > 0) {
      result.detail += "; a method that has no limit with noise declares no order (order 0)";
      result.outcome = Outcome::fail;
      return result;
    }
    result.outcome = Outcome::warn;
    result.detail += "; it declares no order, and so does not promise the diffusion's";
  }
  return result;
}

// Two neighbouring intervals and the whole: what a Brownian sampler draws must be of the interval that
// it steps over. Drawn twice over one interval, the noise is the same.
Result noise_intervals(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.info().noise != KS_NOISE_BROWNIAN) return skip("does not declare Brownian noise");
    Host host;
    prepare(host, sampler_case, 10);
    run_fine(host, sampler_case);
    const double most = host.sigmas.front() * (1 + 1e-5),
                 least = host.sigmas[host.sigmas.size() - 2] * (1 - 1e-5);
    for (std::size_t i = 0; i + 1 < host.noise_sigmas.size(); i += 2) {
      const double from = host.noise_sigmas[i], to = host.noise_sigmas[i + 1];
      const std::string interval =
          sentence("draws noise from sigma {} to {}", number(from), number(to));
      if (from == to)
        return fail(sentence("{}{}: an interval of no length", where(sampler_case), interval));
      if (std::max(from, to) > most || std::min(from, to) < least) {
        return fail(sentence("{}{}, outside of the run", where(sampler_case), interval));
      }
    }
  }
  return pass();
}

}  // namespace

Checks variance_checks() {
  return {
      {"variance-by-step", "numerics", Scope::sampler,
       "After every step, the last too, the variance is that of the diffusion at that noise level, but "
       "for an "
       "error that halves with the step.",
       variance},
      {"noise-intervals", "numerics", Scope::sampler,
       "Brownian noise is drawn over intervals within the run.", noise_intervals},
  };
}

}  // namespace ksampler::conformance
