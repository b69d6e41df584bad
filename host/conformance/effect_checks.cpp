// Whether each parameter does anything.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/guiding_case.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/schedule_case.hpp"
#include "host/conformance/settings.hpp"
#include "host/conformance/shaping_case.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ksampler::conformance {
namespace {

// What to set a parameter to, so that it shows if anything does.
struct Trial {
  Values values;
  Lists lists;
};

std::vector<Trial> trials_of(const ks_param& param, double current) {
  std::vector<Trial> trials;
  const auto set = [&](double value) {
    value = std::clamp(value, param.minimum, param.maximum);
    if (param.type == KS_PARAM_INTEGER) value = std::round(value);
    if (value != current && std::abs(value) <= 1e9) trials.push_back({{{param.id, value}}, {}});
  };
  switch (param.type) {
    case KS_PARAM_BOOLEAN:
      trials.push_back({{{param.id, 1 - current}}, {}});
      break;
    case KS_PARAM_CHOICE:
      for (std::uint32_t choice = 0; choice < param.choice_count; ++choice) {
        if (choice != current) trials.push_back({{{param.id, choice}}, {}});
      }
      break;
    case KS_PARAM_NUMBERS: {
      const double low = std::max(param.minimum, -1.0), high = std::min(param.maximum, 1.0);
      for (const std::vector<double>& list :
           {std::vector<double>{high}, {high, low}, {high, (low + high) / 2, low}}) {
        trials.push_back({{}, {{param.id, list}}});
      }
      break;
    }
    default:
      for (const double value :
           {2 * current + 1, 0.5 * current + 0.1, param.minimum, param.maximum, current + 1})
        set(value);
  }
  return trials;
}

// What the others are set to meanwhile: a parameter may act together with noise, with a choice or with
// another number only.
std::vector<Values> companions(const ks_param* const* params, std::uint32_t count) {
  std::vector<Values> all = {{}};
  for (std::uint32_t k = 0; k < count; ++k) {
    const ks_param& param = *params[k];
    const std::string id = param.id;
    if (id == "eta") all.push_back({{id, std::clamp(1.0, param.minimum, param.maximum)}});
    if (id == "s_churn") all.push_back({{id, std::clamp(3.0, param.minimum, param.maximum)}});
    for (const Trial& trial : trials_of(param, param.default_value)) {
      if (!trial.values.empty()) all.push_back(trial.values);
    }
  }
  return all;
}

// Which of the parameters do nothing at all. `outcome(values, lists)` is what comes of them, as text.
template <typename Outcome>
Result without_effect(const ks_param* const* params, std::uint32_t count, const Values& set,
                      Outcome&& outcome) {
  if (count == 0) return skip("has no parameters");
  std::string idle;
  for (std::uint32_t k = 0; k < count; ++k) {
    const ks_param& param = *params[k];
    if (std::string(param.id) == "noise_clip_std") continue;  // the host reads it, and clips its noise
    const auto given = set.find(param.id);
    const auto trials = trials_of(param, given == set.end() ? param.default_value : given->second);
    const auto acts = [&](Values others) {
      others.erase(param.id);
      const std::string usual = outcome(others, {});
      return std::any_of(trials.begin(), trials.end(), [&](const Trial& trial) {
        Values values = trial.values;
        values.merge(Values(others));
        return outcome(values, trial.lists) != usual;
      });
    };
    const std::vector<Values> all = companions(params, count);
    if (trials.empty() || std::any_of(all.begin(), all.end(), acts)) continue;
    idle += (idle.empty() ? "" : ", ") + std::string(param.id);
  }
  if (idle.empty()) return pass();
  return fail(sentence("no value of {} changes anything; is it read?", idle));
}

std::string bits_of(const Vector& x) {
  std::string bits(x.size() * sizeof(double), '\0');
  if (!x.empty()) std::memcpy(bits.data(), x.data(), bits.size());
  return bits;
}

Result sampler_effects(const Subject& subject) {
  const std::vector<SamplerCase> cases = cases_of(subject);
  const ks_sampler_info& info = cases.front().info();
  return without_effect(info.params, info.param_count, cases.front().sampler.set_values(),
                        [&](const Values& values, const Lists& lists) {
                          std::string all;
                          for (const SamplerCase& sampler_case : cases) {
                            try {
                              const SamplerPtr sampler = sampler_case.sampler.create(values, lists);
                              for (const std::uint32_t steps : {5u, 12u}) {
                                Host host;
                                prepare(host, sampler_case, steps);
                                const ks_status status = run(host, sampler_case, sampler.get());
                                all += std::to_string(status) + bits_of(host.x);
                              }
                            } catch (const std::exception& refused) {
                              all += refused.what();
                            }
                          }
                          return all;
                        });
}

Result scheduler_effects(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const ks_scheduler_info& info = scheduler.info();
  return without_effect(info.params, info.param_count, scheduler.set_values(),
                        [&](const Values& values, const Lists& lists) {
                          std::string all;
                          try {
                            const toy::SchedulerPtr made = scheduler.create(values, lists);
                            for (const std::string& name : model_names()) {
                              const Asked asked = ask(*made, ModelSampling::named(name), 10);
                              all += std::to_string(asked.status) + bits_of(asked.sigmas);
                            }
                          } catch (const std::exception& refused) {
                            all += refused.what();
                          }
                          return all;
                        });
}

// Of what accompanies a run, with what the user set for the others. `runs(values, lists)` is what its
// runs give, as text.
template <typename Info, typename Runs>
Result companion_effects(const Subject& subject, const Info& info, const Runs& runs) {
  const toy::Settings set = settings_for(subject, info);
  return without_effect(info.params, info.param_count, set.values, [&](Values values, Lists lists) {
    values.merge(Values(set.values));
    lists.merge(Lists(set.lists));
    try {
      return runs(values, lists);
    } catch (const std::exception& refused) {
      return std::string(refused.what());
    }
  });
}

Result noise_effects(const Subject& subject) {
  const toy::NoiseSource source(std::make_shared<const toy::Plugin>(subject.copy), subject.index);
  return companion_effects(subject, source.info(), [&](const Values& values, const Lists& lists) {
    const toy::NoiseSourcePtr made = source.create(values, lists);
    const ShapingCase shaping_case;
    Host host;
    prepare_shaping(host, shaping_case);
    toy::Shaping shaping(*made, host);
    const toy::Noise white = shaping_case.white();
    std::string all;
    for (const auto& [sigma, sigma_next] : shaping_case.levels()) {
      const toy::Shaped shaped =
          shaping.shape(white(sigma, sigma_next, shaping_case.size()), sigma, sigma_next);
      all += std::to_string(shaped.status) + bits_of(shaped.noise);
    }
    return all;
  });
}

Result guider_effects(const Subject& subject) {
  const toy::Guider guider(std::make_shared<const toy::Plugin>(subject.copy), subject.index);
  const ks_guider_info& info = guider.info();
  return companion_effects(subject, info, [&](const Values& values, const Lists& lists) {
    const toy::GuiderPtr made = guider.create(values, lists);
    std::string all;
    for (const bool flow : noisings_of(info)) {
      for (const toy::Answer& answer : guided_run(*made, info, flow, 7.5)) {
        all += std::to_string(answer.status) + bits_of(answer.denoised);
      }
    }
    return all;
  });
}

}  // namespace

Checks effect_checks() {
  return {
      {"parameters-have-effect", "parameters", Scope::sampler,
       "Each parameter changes something: alone, with eta or s_churn on, or together with another "
       "value of another one.",
       sampler_effects},
      {"schedule-parameters-have-effect", "parameters", Scope::scheduler,
       "The same of a scheduler's parameters.", scheduler_effects},
      {"guider-parameters-have-effect", "parameters", Scope::guider,
       "The same of a guider's parameters.", guider_effects},
      {"noise-parameters-have-effect", "parameters", Scope::noise,
       "The same of a noise source's parameters.", noise_effects},
  };
}

}  // namespace ksampler::conformance
