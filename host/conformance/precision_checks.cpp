// Whether a sampler gets along with a latent of 16 bits: the host computes in float32 and stores what
// it computed, so what a sampler keeps in tensors between two operations is rounded.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr std::uint32_t kUsualSteps = 20;

// The latent at the end is of size 1, and each of the last few steps rounds it once or twice. A sampler
// that keeps differences of large tensors loses more: so much of epsilon is let through.
constexpr double kRoundings = 32;

Result in_format(const Subject& subject, const toy::NumberFormat& format) {
  double worst = 0;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const auto sampled = [&](const toy::NumberFormat* rounding) {
      auto host = std::make_unique<Host>();
      prepare(*host, sampler_case, kUsualSteps);
      host->format = rounding;
      run_fine(*host, sampler_case);
      return host;
    };
    const auto exact = sampled(nullptr), rounded = sampled(&format);
    if (!is_finite(rounded->x)) {
      return fail(sentence("{}the latent is not finite; what a tensor holds ends at {}",
                           where(sampler_case), number(format.largest)));
    }
    // Where it chose other steps there is nothing to compare.
    if (rounded->counters.model_calls != exact->counters.model_calls) continue;
    for (std::size_t i = 0; i < exact->x.size(); ++i) {
      const double error = std::abs(rounded->x[i] - exact->x[i]) / std::max(1.0, std::abs(exact->x[i]));
      worst = std::max(worst, error / format.epsilon());
    }
    if (worst > kRoundings) {
      return fail(
          sentence("{}is off by {}, which is {} roundings; differences of large tensors lose digits",
                   where(sampler_case), number(worst * format.epsilon()), number(worst)));
    }
  }
  return pass(worst == 0 ? "" : sentence("off by {} roundings", number(worst)));
}

Result float16(const Subject& subject) { return in_format(subject, toy::kFloat16); }
Result bfloat16(const Subject& subject) { return in_format(subject, toy::kBfloat16); }

}  // namespace

Checks precision_checks() {
  return {
      {"float16", "numerics", Scope::sampler,
       "With tensors of float16, 20 steps end where they do in float64, but for rounding: nothing "
       "overflows, and no differences of large tensors are kept.",
       float16},
      {"bfloat16", "numerics", Scope::sampler, "The same with bfloat16, which has fewer digits.",
       bfloat16},
  };
}

}  // namespace ksampler::conformance
