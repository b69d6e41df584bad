// Whether a run may be done in two parts, as SplitSigmas and the start_at_step and end_at_step of
// KSamplerAdvanced do it. The second part knows nothing of the first but the latent.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr std::uint32_t kSplitSteps = 64;

// Runs `x` along the sigmas, without noise.
Vector along(const SamplerCase& sampler_case, const Vector& x, const Vector& sigmas) {
  Host host;
  host.flow = sampler_case.flow;
  host.sigmas = sigmas;
  host.x = x;
  host.denoiser = toy::gaussian(toy::kMean, toy::kScale, sampler_case.flow);
  const SamplerPtr sampler = sampler_case.sampler.create(toy::without_eta(sampler_case));
  run_fine(host, sampler_case, sampler.get());
  if (host.counters.noise_draws > 0) throw Finding{skip(toy::why_noisy(sampler_case))};
  return host.x;
}

struct Errors {
  double whole = 0;
  double split = 0;
  bool equal = true;  // to the bit
};

// Against the exact flow, of `steps` steps in one run and in two halves.
Errors errors_of(const SamplerCase& sampler_case, std::uint32_t steps) {
  const bool flow = sampler_case.flow;
  const Vector sigmas = toy::log_snr_schedule(flow, flow ? 0.9 : 4.0, 0.1, steps);
  const Vector x = {-1.7, 0.2, 2.5};
  const auto middle = sigmas.begin() + steps / 2;
  const Vector whole = along(sampler_case, x, sigmas);
  const Vector half = along(sampler_case, x, {sigmas.begin(), middle + 1});
  const Vector split = along(sampler_case, half, {middle, sigmas.end()});
  Errors errors;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact =
        toy::gaussian_flow(toy::kMean, toy::kScale, flow, x[i], sigmas.front(), sigmas.back());
    errors.whole = std::max(errors.whole, std::abs(whole[i] - exact));
    errors.split = std::max(errors.split, std::abs(split[i] - exact));
    errors.equal = errors.equal && whole[i] == split[i];
  }
  return errors;
}

// A method of several steps has to start again, and some end each run with a simpler step. That may
// cost, but it falls with the step.
Result split_equals_whole(const Subject& subject) {
  bool equal = true;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.info().order == 0) return skip("declares no order");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("chooses its own steps");
    const Errors errors = errors_of(sampler_case, kSplitSteps);
    equal = equal && errors.equal;
    if (errors.equal || errors.split <= 4 * errors.whole + 1e-4) continue;
    if (errors_of(sampler_case, 2 * kSplitSteps).split < 0.6 * errors.split) continue;
    return fail(sentence("{}in two parts it is off by {}, and by {} in one; more steps do not help",
                         where(sampler_case), number(errors.split), number(errors.whole)));
  }
  return pass(equal ? "equal to the bit" : "within its error");
}

}  // namespace

Checks split_checks() {
  return {
      {"split-run", "numerics", Scope::sampler,
       "64 steps in two runs of 32, the second from the latent of the first, end where one run does: "
       "to "
       "the bit where it remembers nothing, otherwise as near to the exact flow.",
       split_equals_whole},
  };
}

}  // namespace ksampler::conformance
