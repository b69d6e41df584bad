// Cancelling and progress.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr const char* kGroup = "cancel-and-progress";

Result stops_at_once(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host whole;
    prepare(whole, sampler_case, 6);
    run_fine(whole, sampler_case);
    for (const std::uint32_t at : {1u, 2u, whole.counters.steps}) {
      if (at == 0 || at > whole.counters.steps) continue;
      Host host;
      prepare(host, sampler_case, 6);
      host.stop_at_step = at;
      const ks_status status = run(host, sampler_case);
      const std::string begin = sentence("{}stopped at step {}: ", where(sampler_case), at);
      if (status != KS_STOPPED) return fail(sentence("{}returned {}", begin, status_name(status)));
      const std::uint32_t models = host.counters.model_calls - host.at_step.back().model_calls;
      if (models > 0) return fail(sentence("{}called the model {} times more", begin, models));
      if (host.counters.calls_after_failure > 0) {
        return fail(
            sentence("{}called the host {} times more", begin, host.counters.calls_after_failure));
      }
      if (!host.message.empty())
        return fail(sentence("{}set an error, '{}'; a stop is none", begin, host.message));
    }
  }
  return pass();
}

struct StepReport {
  std::uint32_t index;
  double sigma;
  bool sized;  // of another height and width
};

std::vector<StepReport> reports_of(const SamplerCase& sampler_case, std::uint32_t steps) {
  Host host;
  prepare(host, sampler_case, steps);
  std::vector<StepReport> reports;
  host.on_step = [&](const ks_step& step) {
    reports.push_back({step.index, step.sigma, step.x->shape == ks_tensor::sized});
  };
  run_fine(host, sampler_case);
  return reports;
}

Result steps_reported(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    constexpr std::uint32_t kSteps = 9;
    const std::vector<StepReport> reports = reports_of(sampler_case, kSteps);
    const std::string begin = where(sampler_case);
    if (reports.empty())
      return fail(begin + "never calls step(): no progress, no preview, no cancelling");
    if (reports.front().index != 0)
      return fail(sentence("{}begins with step {}", begin, reports.front().index));
    for (std::size_t i = 1; i < reports.size(); ++i) {
      if (reports[i].index < reports[i - 1].index) {
        return fail(
            sentence("{}step {} comes after {}", begin, reports[i].index, reports[i - 1].index));
      }
    }
    const std::uint32_t last = reports.back().index;
    const bool adaptive = sampler_case.has(KS_SAMPLER_ADAPTIVE);
    if (!adaptive && last >= kSteps) {
      return fail(sentence("{}reports step {}, of {}", begin, last, kSteps));
    }
    // A step of several model calls may stand for as many steps.
    if (!adaptive && last + 3 < kSteps) {
      return fail(sentence("{}its last step is {}, of {}", begin, last, kSteps));
    }
  }
  return pass();
}

Result sigmas_reported(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const std::vector<StepReport> reports = reports_of(sampler_case, 9);
    const double first = toy::schedule_to_zero(sampler_case.flow, 9).front();
    if (reports.empty()) return skip("see steps-reported");
    // Through logarithms and float32, as samplers compute them. At another size there are other levels.
    if (!reports.front().sized && std::abs(reports.front().sigma - first) > 1e-5 * first) {
      return fail(sentence("{}the first step starts from sigma {}; the schedule from {}",
                           where(sampler_case), number(reports.front().sigma), number(first)));
    }
    for (std::size_t i = 1; i < reports.size(); ++i) {
      // A step may be tried again, or go back up to noise its latent afresh (Restart).
      const bool again = reports[i].index == reports[i - 1].index;
      const bool comparable = reports[i].sized == reports[i - 1].sized;
      if (!again && comparable && !(reports[i].sigma <= reports[i - 1].sigma)) {
        return fail(sentence("{}sigma rises to {} in step {}; it may where the index repeats",
                             where(sampler_case), number(reports[i].sigma), reports[i].index));
      }
    }
  }
  return pass();
}

Result previews(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host host;
    prepare(host, sampler_case, 8);
    std::string wrong;
    host.on_step = [&](const ks_step& step) {
      const std::string begin = sentence("{}step {}: ", where(sampler_case), step.index);
      if (host.counters.model_calls == 0) wrong = begin + "comes before a model call";
      if (!is_finite(step.x->values)) wrong = begin + "x is not finite";
      if (!is_finite(step.denoised->values))
        wrong = begin + "denoised is not finite, or was never written";
    };
    run_fine(host, sampler_case);
    if (!wrong.empty()) return fail(wrong);
  }
  return pass();
}

// A call of the model, and what it answered.
struct ModelCall {
  double sigma;
  Vector denoised;
};

bool near(double a, double b) { return std::abs(a - b) <= 1e-5 * std::max(1e-3, std::abs(b)); }

// What is wrong with the predictions that the steps of a run show: first what is, then what only may
// be.
struct Shown {
  std::string wrong;
  std::string odd;
};

Shown shown_of(const SamplerCase& sampler_case, const Values& values) {
  Shown shown;
  Host host;
  prepare(host, sampler_case, 12);
  std::vector<ModelCall> calls;
  host.denoiser = [&, model = host.denoiser](const Vector& x, double sigma) {
    return calls.emplace_back(ModelCall{sigma, model(x, sigma)}).denoised;
  };
  host.on_step = [&](const ks_step& step) {
    if (!shown.wrong.empty() || calls.empty()) return;
    const auto answer = std::find_if(calls.rbegin(), calls.rend(), [&](const ModelCall& call) {
      return call.denoised == step.denoised->values;
    });
    const double sigma = answer == calls.rend() ? calls.back().sigma : answer->sigma;
    if (!near(sigma, step.sigma)) {
      shown.wrong = sentence("{}reports step {} from sigma {}, and asked the model at {}",
                             where(sampler_case), step.index, number(step.sigma), number(sigma));
    } else if (answer == calls.rend() && !sampler_case.has(KS_SAMPLER_UNCONDITIONAL)) {
      shown.odd = sentence("{}what it shows at step {} as the prediction is no answer of the model",
                           where(sampler_case), step.index);
    }
  };
  const SamplerPtr sampler = sampler_case.sampler.create(values);
  run_fine(host, sampler_case, sampler.get());
  return shown;
}

// What a step shows as the prediction is the model's answer at the level that it shows.
Result asks_at_the_step(const Subject& subject) {
  std::string odd;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    for (const Values& values : {Values{}, toy::with_noise(sampler_case)}) {
      const Shown shown = shown_of(sampler_case, values);
      if (!shown.wrong.empty()) return fail(shown.wrong);
      if (!shown.odd.empty()) odd = shown.odd;
    }
  }
  return odd.empty() ? pass() : warn(odd);
}

Result model_calls(const Subject& subject) {
  if (!subject.set.empty()) return skip("is declared for the defaults, and --set changes them");
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const ks_sampler_info& info = sampler_case.info();
    if (info.model_calls_last == 0) return skip("declares that the number is not known");
    for (const std::uint32_t steps : {1u, 2u, 3u, 10u, 20u}) {
      Host host;
      prepare(host, sampler_case, steps);
      run_fine(host, sampler_case);
      std::uint32_t expected = info.model_calls_last;
      if (steps > 1) expected += info.model_calls_second_last;
      if (steps > 2) expected += (steps - 2) * info.model_calls;
      if (host.counters.model_calls == expected) continue;
      return fail(sentence("{}{} model calls in {}{}{} declared", where(sampler_case),
                           host.counters.model_calls, steps, steps == 1 ? " step, " : " steps, ",
                           expected));
    }
  }
  return pass();
}

}  // namespace

Checks progress_checks() {
  return {
      {"stops-at-once", kGroup, Scope::sampler,
       "When the user stops a run, KS_STOPPED is returned with no further call.", stops_at_once},
      {"steps-reported", kGroup, Scope::sampler,
       "Steps are reported, from 0 on and rising to the last.", steps_reported},
      {"sigmas-reported", kGroup, Scope::sampler,
       "With them the noise levels, which fall; where an index repeats they may rise.",
       sigmas_reported},
      {"previews", kGroup, Scope::sampler,
       "Each step is reported after a model call, with a latent and a prediction to look at.",
       previews},
      {"asks-at-the-step", kGroup, Scope::sampler,
       "What a step shows as the prediction is what the model answered, at the noise level that it "
       "shows.",
       asks_at_the_step},
      {"model-calls", kGroup, Scope::sampler, "The model is called as often as declared.", model_calls},
  };
}

}  // namespace ksampler::conformance
