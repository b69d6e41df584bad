// The variance of what a sampler with noise makes, and the intervals that it draws noise over.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/variance_trace.hpp"

#include <algorithm>

namespace ksampler::conformance {
namespace {

// How far off the variance is, on such schedules; empty where the error vanishes.
std::string off_on(const SamplerCase& sampler_case, Schedule schedule, const char* of_what,
                   Curve* curve) {
  const VarianceTrace trace = variance_trace(sampler_case, schedule, 200);
  const double coarse = variance_trace(sampler_case, schedule, 100).worst();
  if (curve != nullptr) {
    curve->x = trace.sigmas;
    for (std::size_t i = 0; i < trace.sigmas.size(); ++i) curve->y.push_back(trace.ratio(i));
  }
  if (vanishes(coarse, trace.worst())) return {};
  return sentence("{}off by {} % in 100 steps and by {} % in 200{}", where(sampler_case),
                  number(100 * coarse), number(100 * trace.worst()), of_what);
}

Result variance(const Subject& subject) {
  Result result = pass();
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (!sampler_case.has(KS_SAMPLER_STOCHASTIC)) return skip("is not stochastic");
    if (sampler_case.has(KS_SAMPLER_NO_LIMIT)) return skip("declares that with noise it has no limit");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("its steps depend on the noise");
    Curve curve{sampler_case.flow ? "flow" : "additive", "variance", {}, {}, 0};
    std::string off = off_on(sampler_case, toy::log_snr_schedule, "", &curve);
    result.curves.push_back(std::move(curve));
    if (off.empty()) {
      off = off_on(sampler_case, toy::uneven_schedule, ", which are long and short in turn", nullptr);
    }
    if (off.empty()) continue;
    result.detail = off;
    // A sampler that declares no order does not say that it converges to the diffusion.
    if (sampler_case.info().order > 0) {
      result.detail += "; a method that has no limit with noise declares so (no_limit)";
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
