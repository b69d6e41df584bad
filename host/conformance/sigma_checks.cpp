// Noise levels at the edge of what is allowed: a finite latent, or an error in a sentence.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ksampler::conformance {
namespace {

std::string text_of(const Vector& sigmas) {
  std::string text;
  for (double sigma : sigmas) text += (text.empty() ? "" : ", ") + number(sigma);
  return text;
}

enum class Answer { finite, finite_or_error };

// `schedules(flow)` gives lists of sigmas.
template <typename Schedules>
Result edge(const Subject& subject, Answer allowed, Schedules&& schedules) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    for (const Vector& sigmas : schedules(sampler_case.flow)) {
      Host host;
      prepare(host, sampler_case, 3);
      host.sigmas = sigmas;
      const double first = std::isfinite(sigmas.front()) ? sigmas.front() : 1.0;
      host.x = {0.5 * first, -0.3 * first};
      const double most = std::max(100.0, 0.5 * first);
      const ks_status status = run(host, sampler_case);
      const std::string at = sentence("{}sigmas {}: ", where(sampler_case), text_of(sigmas));
      if (status != KS_OK) {
        if (allowed == Answer::finite_or_error && !host.message.empty()) continue;
        return fail(at + said(status, host.message));
      }
      if (!is_finite(host.x)) return fail(at + "the latent is not finite");
      if (std::any_of(host.x.begin(), host.x.end(), [most](double e) { return std::abs(e) > most; })) {
        return fail(sentence("{}the latent is as large as {}", at,
                             number(*std::max_element(host.x.begin(), host.x.end()))));
      }
    }
  }
  return pass();
}

using Schedules = std::vector<Vector>;

Result runs_one_step(const Subject& subject) {
  return edge(subject, Answer::finite, [](bool) { return Schedules{{0.9, 0.0}, {0.9, 0.4}}; });
}
Result few_steps(const Subject& subject) {
  return edge(subject, Answer::finite, [](bool flow) {
    Schedules all;
    for (std::uint32_t steps = 2; steps <= 8; ++steps)
      all.push_back(toy::schedule_to_zero(flow, steps));
    return all;
  });
}
Result no_steps(const Subject& subject) {
  return edge(subject, Answer::finite_or_error, [](bool) { return Schedules{{0.9}}; });
}
Result repeated_sigmas(const Subject& subject) {
  return edge(subject, Answer::finite, [](bool) {
    return Schedules{{0.9, 0.9, 0.5, 0.5, 0.5, 0.2, 0.0, 0.0}, {0.9, 0.5, 0.2, 0.2}, {0.7, 0.7}};
  });
}
Result positive_last_sigma(const Subject& subject) {
  return edge(subject, Answer::finite, [](bool) {
    return Schedules{{0.9, 0.6}, {0.9, 0.6, 0.3}, {0.9, 0.7, 0.5, 0.3, 0.1}};
  });
}
Result pure_noise(const Subject& subject) {
  return edge(subject, Answer::finite, [](bool flow) {
    return flow ? Schedules{{1.0, 0.8, 0.5, 0.2, 0.0}, {1.0, 0.0}, {1.0, 0.3}}
                // The largest level of v with zero terminal SNR.
                : Schedules{{4518.8, 40.0, 3.0, 0.3, 0.0}, {4518.8, 0.0}};
  });
}
Result tiny_sigmas(const Subject& subject) {
  return edge(subject, Answer::finite, [](bool) {
    return Schedules{{0.9, 1e-3, 1e-7, 0.0}, {0.01, 0.0005, 0.0}};
  });
}
Result rising_sigmas(const Subject& subject) {
  return edge(subject, Answer::finite_or_error, [](bool) {
    return Schedules{{0.1, 0.3, 0.6, 0.9}, {0.2, 0.5, 0.8}, {0.9, 0.5, 0.7, 0.2, 0.0}};
  });
}
Result nan_sigmas(const Subject& subject) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return edge(subject, Answer::finite_or_error, [](bool) {
    return Schedules{
        {nan, 0.5, 0.0}, {0.9, nan, 0.0}, {0.9, 0.5, nan}, {infinity, 0.5, 0.0}, {0.9, -0.5, 0.0}};
  });
}

}  // namespace

Checks sigma_checks() {
  return {
      {"one-step", "errors", Scope::sampler,
       "A run of one step is finite, down to 0 and down to a level above.", runs_one_step},
      {"few-steps", "errors", Scope::sampler, "Runs of two to eight steps are finite.", few_steps},
      {"no-steps", "errors", Scope::sampler,
       "A single sigma, which no host should pass, is an error or no work at all.", no_steps},
      {"repeated-sigmas", "errors", Scope::sampler, "Steps of no length divide by nothing.",
       repeated_sigmas},
      {"positive-last-sigma", "errors", Scope::sampler, "A schedule need not end at 0.",
       positive_last_sigma},
      {"pure-noise", "errors", Scope::sampler,
       "A flow's sigma 1, and a level of some thousands, are where a run may start.", pure_noise},
      {"tiny-sigmas", "errors", Scope::sampler, "Levels that nearly vanish are finite.", tiny_sigmas},
      {"rising-sigmas", "errors", Scope::sampler,
       "Rising sigmas (an inversion) give a finite latent or an error in a sentence.", rising_sigmas},
      {"nan-sigmas", "errors", Scope::sampler,
       "Sigmas that are no numbers, infinite or negative give a finite latent or an error in a "
       "sentence.",
       nan_sigmas},
  };
}

}  // namespace ksampler::conformance
