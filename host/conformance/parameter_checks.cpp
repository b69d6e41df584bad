// Parameters: the defaults, the ends of their ranges, and values that no host should pass.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/schedule_case.hpp"
#include "host/plugin/guard.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

// Bounds that stand for "any number" are tried at a size that somebody may write.
double within_reason(double bound) {
  return std::abs(bound) <= 1e9 ? bound : std::copysign(1e4, bound);
}

struct Setting {
  std::string text;  // "eta = 1"
  Values values;
  Lists lists;
};

// Each parameter at each end of its range, or at each of its choices; the others have their defaults.
std::vector<Setting> extremes(const ks_param* const* params, std::uint32_t count) {
  std::vector<Setting> settings;
  for (std::uint32_t k = 0; k < count; ++k) {
    const ks_param& param = *params[k];
    const auto set = [&](double value) {
      settings.push_back({sentence("{} = {}", param.id, number(value)), {{param.id, value}}, {}});
    };
    switch (param.type) {
      case KS_PARAM_BOOLEAN:
        set(0);
        set(1);
        break;
      case KS_PARAM_CHOICE:
        for (std::uint32_t choice = 0; choice < param.choice_count; ++choice) set(choice);
        break;
      case KS_PARAM_NUMBERS: {
        const double low = within_reason(param.minimum), high = within_reason(param.maximum);
        for (const std::vector<double>& list : {std::vector<double>{}, {low}, {high}, {high, low}}) {
          settings.push_back(
              {sentence("{} with {} numbers", param.id, list.size()), {}, {{param.id, list}}});
        }
        break;
      }
      default:
        set(within_reason(param.minimum));
        set(within_reason(param.maximum));
    }
  }
  return settings;
}

Result sampler_extremes(const Subject& subject) {
  std::size_t refused = 0, count = 0;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    for (const Setting& setting :
         extremes(sampler_case.info().params, sampler_case.info().param_count)) {
      const std::string at = sentence("{}{}: ", where(sampler_case), setting.text);
      ++count;
      SamplerPtr sampler;
      try {
        sampler = sampler_case.sampler.create(setting.values, setting.lists);
      } catch (const toy::NoMessage& error) {
        return fail(at + error.what());
      } catch (const std::exception&) {
        ++refused;
        continue;
      }
      Host host;
      prepare(host, sampler_case, 6);
      const ks_status status = run(host, sampler_case, sampler.get());
      if (status != KS_OK && host.message.empty()) return fail(at + said(status, host.message));
      if (status == KS_OK && !is_finite(host.x)) return fail(at + "the latent is not finite");
      refused += status != KS_OK;
    }
  }
  if (count == 0) return skip("has no parameters");
  return pass(refused == 0 ? "" : sentence("{} of {} refused, with a message", refused, count));
}

Result scheduler_extremes(const Subject& subject) {
  const toy::Scheduler scheduler = scheduler_of(subject);
  const auto settings = extremes(scheduler.info().params, scheduler.info().param_count);
  if (settings.empty()) return skip("has no parameters");
  for (const Setting& setting : settings) {
    toy::SchedulerPtr made;
    try {
      made = scheduler.create(setting.values, setting.lists);
    } catch (const toy::NoMessage& error) {
      return fail(sentence("{}: {}", setting.text, error.what()));
    } catch (const std::exception&) {
      continue;
    }
    for (const std::string& name : model_names()) {
      const Asked asked = ask(*made, ModelSampling::named(name), 10);
      const std::string at = sentence("{}, {}: ", setting.text, name);
      if (asked.refused()) continue;
      if (!asked.gave()) return fail(at + said(asked.status, asked.message));
      if (std::any_of(asked.sigmas.begin(), asked.sigmas.end(),
                      [](double s) { return !std::isfinite(s); })) {
        return warn(at + "a sigma is not finite, which the host refuses in its own words");
      }
    }
  }
  return pass();
}

// create() with one value too many and one too few.
template <typename Object, typename Factory, typename Info>
Result wrong_count(const toy::Plugin& plugin, const Factory* factory, std::uint32_t index,
                   const Info& info) {
  std::vector<ks_value> values;
  for (std::uint32_t k = 0; k < info.param_count; ++k)
    values.push_back({info.params[k]->default_value, nullptr, 0});
  values.push_back({0, nullptr, 0});
  for (const std::uint32_t count : {info.param_count + 1, info.param_count - 1}) {
    if (count > values.size()) continue;  // one less than none
    Object* object = nullptr;
    if (factory->create(plugin.host(), index, values.data(), count, &object) == KS_OK) {
      return fail(sentence("create() takes {} values for {} parameters", count, info.param_count));
    }
  }
  return pass();
}

Result sampler_wrong_count(const Subject& subject) {
  const toy::Plugin plugin(subject.copy);
  return wrong_count<ks_sampler>(plugin, plugin.samplers(), subject.index,
                                 *plugin.samplers()->info(subject.index));
}

Result scheduler_wrong_count(const Subject& subject) {
  const toy::Plugin plugin(subject.copy);
  return wrong_count<ks_scheduler>(plugin, plugin.schedulers(), subject.index,
                                   *plugin.schedulers()->info(subject.index));
}

// A run of a sampler made with its defaults, in memory that holds other numbers by then if `spoilt`.
Vector sampled(const SamplerCase& sampler_case, bool spoilt) {
  const ks_sampler_info& info = sampler_case.info();
  std::vector<ks_value> values;
  for (std::uint32_t k = 0; k < info.param_count; ++k)
    values.push_back({info.params[k]->default_value, nullptr, 0});
  const toy::Plugin& plugin = sampler_case.sampler.plugin();
  ks_sampler* made = nullptr;
  const ks_status status = plugin.samplers()->create(plugin.host(), sampler_case.sampler.index(),
                                                     values.data(), info.param_count, &made);
  if (status != KS_OK) throw Finding{fail("create() refuses its defaults: " + status_name(status))};
  const SamplerPtr owner(made);
  if (spoilt) std::fill(values.begin(), values.end(), ks_value{-1e30, nullptr, 0});
  Host host;
  prepare(host, sampler_case, 11);
  run_fine(host, sampler_case, made);
  return host.x;
}

// Values live until create() returns.
Result values_copied(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.info().param_count == 0) return skip("has no parameters");
    if (sampled(sampler_case, false) != sampled(sampler_case, true)) {
      return fail(where(sampler_case) + "reads its values after create() has returned");
    }
  }
  return pass();
}

// Two objects with different parameters, used one after the other.
Result objects_independent(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const auto settings = extremes(sampler_case.info().params, sampler_case.info().param_count);
    if (settings.empty()) return skip("has no parameters");
    const SamplerPtr first = sampler_case.sampler.create();
    Host alone;
    prepare(alone, sampler_case, 6);
    run_fine(alone, sampler_case, first.get());
    for (const Setting& setting : settings) {
      SamplerPtr other;
      try {
        other = sampler_case.sampler.create(setting.values, setting.lists);
      } catch (const std::exception&) {
        continue;  // refused
      }
      Host between, after;
      prepare(between, sampler_case, 5);
      run(between, sampler_case, other.get());
      prepare(after, sampler_case, 6);
      run_fine(after, sampler_case, first.get());
      if (after.x != alone.x) {
        return fail(
            sentence("{}another sampler with {} changes this one", where(sampler_case), setting.text));
      }
    }
  }
  return pass();
}

}  // namespace

Checks parameter_checks() {
  return {
      {"extremes", "parameters", Scope::sampler,
       "Each parameter at each end of its range gives a finite latent, or is refused with a message.",
       sampler_extremes},
      {"wrong-value-count", "parameters", Scope::sampler,
       "create() refuses one value more or fewer than there are parameters.", sampler_wrong_count},
      {"values-copied", "parameters", Scope::sampler,
       "The values given to create() are not read after it has returned.", values_copied},
      {"objects-independent", "parameters", Scope::sampler,
       "Two samplers with different parameters do not touch each other.", objects_independent},
      {"schedule-extremes", "parameters", Scope::scheduler,
       "The same of a scheduler: its parameters at the ends of their ranges.", scheduler_extremes},
      {"schedule-wrong-value-count", "parameters", Scope::scheduler,
       "create() of a scheduler refuses one value more or fewer than there are parameters.",
       scheduler_wrong_count},
  };
}

}  // namespace ksampler::conformance
