// Schedulers: what they give for each kind of model.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/schedule_case.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

namespace ksampler::conformance {
namespace {

const std::vector<std::uint32_t> kScheduleLengths = {1, 2, 3, 10, 20, 50};

Result plain_schedule(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const toy::SchedulerPtr made = scheduler.create();
  std::string refusal;
  std::size_t given = 0;
  for (const std::string& name : model_names()) {
    const Asked asked = ask(*made, ModelSampling::named(name), 10);
    if (asked.gave()) {
      ++given;
    } else if (asked.refused()) {
      refusal = asked.message;
    } else if (asked.status == KS_OK) {
      return fail(name + ": KS_OK, and no sigmas were emitted");
    } else {
      return fail(sentence("{}: {}", name, said(asked.status, asked.message)));
    }
  }
  if (given == 0) return skip("its defaults give no schedule for any model: " + refusal);
  return pass(sentence("{} of {} models", given, model_names().size()));
}

// Each schedule, looked at; `look` gives what is wrong with it, or an empty string.
// `bad` makes the result of what was found.
template <typename Look>
Result each(const Subject& subject, const std::vector<std::uint32_t>& steps, Look&& look,
            Result (*bad)(std::string) = &fail) {
  std::string wrong;
  each_schedule(
      scheduler_of(subject), steps,
      [&](const std::string& at, const ModelSampling& model, std::uint32_t asked, const auto& sigmas) {
        if (!wrong.empty()) return;
        if (const std::string found = look(model, asked, sigmas); !found.empty()) wrong = at + found;
      });
  return wrong.empty() ? pass() : bad(wrong);
}

Result length(const Subject& subject) {
  return each(subject, kScheduleLengths,
              [](const ModelSampling&, std::uint32_t steps, const std::vector<double>& sigmas) {
                // Rounding of a definition may add or take some; a wholly different number is an error.
                const bool near = sigmas.size() >= 2 && sigmas.size() <= 2 * (std::size_t{steps} + 1) &&
                                  2 * sigmas.size() >= steps + 1;
                return near ? std::string{}
                            : sentence("{} sigmas; {} are usual", sigmas.size(), steps + 1);
              });
}

Result not_rising(const Subject& subject) {
  return each(subject, kScheduleLengths,
              [](const ModelSampling&, std::uint32_t, const std::vector<double>& sigmas) {
                for (std::size_t i = 1; i < sigmas.size(); ++i) {
                  if (sigmas[i] > sigmas[i - 1]) {
                    return sentence("sigma {} is {}, after {}", i, number(sigmas[i]),
                                    number(sigmas[i - 1]));
                  }
                }
                return std::string{};
              });
}

Result finite(const Subject& subject) {
  return each(subject, kScheduleLengths,
              [](const ModelSampling&, std::uint32_t, const std::vector<double>& sigmas) {
                for (std::size_t i = 0; i < sigmas.size(); ++i) {
                  if (!std::isfinite(sigmas[i]) || sigmas[i] < 0)
                    return sentence("sigma {} is {}", i, number(sigmas[i]));
                }
                return std::string{};
              });
}

Result starts_positive(const Subject& subject) {
  return each(subject, kScheduleLengths,
              [](const ModelSampling&, std::uint32_t, const std::vector<double>& sigmas) {
                return sigmas.empty() || sigmas.front() > 0
                           ? std::string{}
                           : std::string("starts at 0: nothing is left to do");
              });
}

Result within_range(const Subject& subject) {
  return each(
      subject, kScheduleLengths,
      [](const ModelSampling& model, std::uint32_t, const std::vector<double>& sigmas) {
        for (const double sigma : sigmas) {
          // Rounded to float32 on the way.
          if (sigma > model.sigma_max() * (1 + 1e-5)) {
            return sentence("sigma {} is above the model's {}", number(sigma),
                            number(model.sigma_max()));
          }
        }
        return std::string{};
      },
      &warn);
}

Result schedules_one_step(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const toy::SchedulerPtr made = scheduler.create();
  for (const std::string& name : model_names()) {
    const ModelSampling model = ModelSampling::named(name);
    if (!ask(*made, model, 10).gave()) continue;
    const Asked asked = ask(*made, model, 1);
    if (!asked.gave() && !asked.refused())
      return fail(sentence("{}: {}", name, said(asked.status, asked.message)));
    if (asked.gave() && asked.sigmas.size() < 2) {
      return fail(sentence("{}: {} sigmas", name, asked.sigmas.size()));
    }
  }
  return pass();
}

Result many_steps(const Subject& subject) {
  return each(subject, {1000, 5000},
              [](const ModelSampling&, std::uint32_t, const std::vector<double>& sigmas) {
                for (std::size_t i = 0; i < sigmas.size(); ++i) {
                  if (!std::isfinite(sigmas[i]) || (i > 0 && sigmas[i] > sigmas[i - 1])) {
                    return sentence("sigma {} is {}", i, number(sigmas[i]));
                  }
                }
                return std::string{};
              });
}

Result emits_once(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const toy::SchedulerPtr made = scheduler.create();
  for (const std::string& name : model_names()) {
    const Asked asked = ask(*made, ModelSampling::named(name), 10);
    if (asked.emits > 1) return fail(sentence("{}: emits {} times", name, asked.emits));
  }
  return pass();
}

Result refusal_passed_on(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const toy::SchedulerPtr made = scheduler.create();
  for (const std::string& name : model_names()) {
    const Asked asked = ask(*made, ModelSampling::named(name), 10, KS_OUT_OF_MEMORY);
    if (asked.emits > 0 && asked.status != KS_OUT_OF_MEMORY) {
      return fail(sentence("{}: returned {} where emit gave KS_OUT_OF_MEMORY", name,
                           said(asked.status, asked.message)));
    }
  }
  return pass();
}

Result schedules_same_twice(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const toy::SchedulerPtr first = scheduler.create(), second = scheduler.create();
  for (const std::string& name : model_names()) {
    const ModelSampling model = ModelSampling::named(name);
    const auto sigmas = ask(*first, model, 20).sigmas;
    ask(*first, model, 7);
    for (const auto& again : {ask(*first, model, 20).sigmas, ask(*second, model, 20).sigmas}) {
      const auto a = std::as_bytes(std::span(sigmas)), b = std::as_bytes(std::span(again));
      const bool same = std::equal(a.begin(), a.end(), b.begin(), b.end());
      if (!same) return fail(name + ": asked again, it gives other sigmas");
    }
  }
  return pass();
}

Result model_unchanged(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const toy::SchedulerPtr made = scheduler.create();
  for (const std::string& name : model_names()) {
    const ModelSampling model = ModelSampling::named(name), untouched = ModelSampling::named(name);
    ask(*made, model, 10);
    const auto size = untouched.abi()->sigma_count * sizeof(double);
    if ((size > 0 && std::memcmp(model.abi()->sigmas, untouched.abi()->sigmas, size) != 0) ||
        model.sigma_max() != untouched.sigma_max() || model.sigma_min() != untouched.sigma_min()) {
      return fail(name + ": writes to the model's noise levels");
    }
  }
  return pass();
}

}  // namespace

Checks scheduler_checks() {
  constexpr const char* kGroup = "schedulers";
  return {
      {"plain-schedule", kGroup, Scope::scheduler,
       "With its defaults, ten steps give sigmas for each kind of model (eps, v, edm, flow), or a "
       "refusal with "
       "a message.",
       plain_schedule, true},
      {"schedule-length", kGroup, Scope::scheduler, "It gives about as many steps as asked for.",
       length},
      {"schedule-not-rising", kGroup, Scope::scheduler, "Sigmas do not rise.", not_rising},
      {"schedule-finite", kGroup, Scope::scheduler, "Sigmas are finite, and not below 0.", finite},
      {"schedule-starts-positive", kGroup, Scope::scheduler, "The first sigma is above 0.",
       starts_positive},
      {"schedule-within-range", kGroup, Scope::scheduler,
       "No sigma is above the model's largest. The ABI allows it, but the model was never trained "
       "there.",
       within_range},
      {"schedule-one-step", kGroup, Scope::scheduler, "One step works.", schedules_one_step},
      {"schedule-many-steps", kGroup, Scope::scheduler, "So do thousands.", many_steps},
      {"schedule-emits-once", kGroup, Scope::scheduler, "Sigmas are handed over once.", emits_once},
      {"schedule-refusal-passed-on", kGroup, Scope::scheduler,
       "Where the host refuses the sigmas, that status is returned.", refusal_passed_on},
      {"schedule-same-twice", kGroup, Scope::scheduler, "Asked again, it gives the same bits.",
       schedules_same_twice},
      {"schedule-model-unchanged", kGroup, Scope::scheduler,
       "The model's description is not written to.", model_unchanged},
  };
}

}  // namespace ksampler::conformance
