// Whether a sampler or scheduler gives the numbers of another library's.
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/guiding_case.hpp"
#include "host/conformance/other_settings.hpp"
#include "host/conformance/schedule_case.hpp"
#include "host/conformance/settings.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace ksampler::conformance {
namespace {

// As float32 in the coefficients of one of the two, and not of the other, leaves.
constexpr double kSameWithin = 1e-6;

std::string ids_of(const auto* factory) {
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; factory != nullptr && i < factory->count; ++i)
    ids.emplace_back(factory->info(i)->id);
  return ids.empty() ? "none" : listed(ids);
}

// Its like in the other library: that of the same id, or the only one where both have one. Ends the
// check where there is none.
std::uint32_t counterpart(const auto* mine, std::uint32_t index, const auto* others, const char* kind,
                          const std::string& wanted) {
  const std::uint32_t count = others == nullptr ? 0 : others->count;
  const std::string id = wanted.empty() ? mine->info(index)->id : wanted;
  bool any = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string other = others->info(i)->id;
    if (other == id) return i;
    for (std::uint32_t k = 0; k < mine->count; ++k) any = any || other == mine->info(k)->id;
  }
  if (wanted.empty() && mine->count == 1 && count == 1) return 0;
  const std::string none =
      sentence("the other library has no {} {}; it has {}", kind, quote(id), ids_of(others));
  throw Finding{any && wanted.empty() ? skip(none) : fail(none)};
}

// All that a run shows of itself.
struct Account {
  ks_status status = KS_OK;
  Vector asked;               // sigmas of the model calls
  std::vector<Vector> steps;  // the latent at each step, and at the end
  Vector noise_sigmas;
};

struct Plan {
  std::string text;  // "at the defaults"
  Values values;
  Vector sigmas;
  bool modes;  // data with several modes, to which it does matter where the model is asked
};

Account account_of(const SamplerCase& sampler_case, const Plan& plan) {
  Account account;
  Host host;
  prepare(host, sampler_case, 12);
  host.sigmas = plan.sigmas;
  for (double& element : host.x)
    element *= plan.sigmas.front() / toy::schedule_to_zero(host.flow, 12).front();
  if (plan.modes) {
    host.denoiser = toy::mixture({{1, 1, -1}, {-1, 0.5, 0}, {0.2, -1, 1}}, 0.2, 0.5, host.flow);
    host.unconditional = toy::mixture({{0.5, -1, 0}, {-1, 0.5, 1}}, 0.4, 0.5, host.flow);
  }
  host.denoiser = [&, model = host.denoiser](const Vector& x, double sigma) {
    account.asked.push_back(sigma);
    return model(x, sigma);
  };
  host.on_step = [&](const ks_step& step) { account.steps.push_back(step.x->values); };
  const SamplerPtr sampler = sampler_case.sampler.create(plan.values);
  account.status = run(host, sampler_case, sampler.get());
  account.steps.push_back(host.x);
  account.noise_sigmas = host.noise_sigmas;
  return account;
}

double apart(const Vector& a, const Vector& b) {
  if (a.size() != b.size()) return INFINITY;
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double off = std::abs(a[i] - b[i]) / std::max({1.0, std::abs(a[i]), std::abs(b[i])});
    most = std::isnan(off) ? INFINITY : std::max(most, off);
  }
  return most;
}

// What the first difference is; empty where there is none.
std::string difference(const Account& mine, const Account& other) {
  if (mine.status != other.status)
    return sentence("{}; the other {}", status_name(mine.status), status_name(other.status));
  if (mine.status != KS_OK) return {};
  if (mine.asked.size() != other.asked.size())
    return sentence("{} model calls; the other {}", mine.asked.size(), other.asked.size());
  if (const double off = apart(mine.asked, other.asked); off > kSameWithin)
    return sentence("asks the model at other sigmas, by {}", number(off));
  if (mine.noise_sigmas.size() != other.noise_sigmas.size())
    return sentence("{} draws of noise; the other {}", mine.noise_sigmas.size() / 2,
                    other.noise_sigmas.size() / 2);
  if (apart(mine.noise_sigmas, other.noise_sigmas) > kSameWithin)
    return "draws noise over other intervals";
  // Where one reports more often, as within a step, only the ends compare.
  const std::size_t common = mine.steps.size() == other.steps.size() ? mine.steps.size() - 1 : 0;
  for (std::size_t i = 0; i < common; ++i) {
    const double off = apart(mine.steps[i], other.steps[i]);
    if (off > kSameWithin) return sentence("the latent differs at step {}, by {}", i, number(off));
  }
  const double off = apart(mine.steps.back(), other.steps.back());
  return off > kSameWithin ? sentence("the latent differs at the end, by {}", number(off))
                           : std::string();
}

std::vector<Plan> plans_of(const SamplerCase& sampler_case, const SamplerCase& other) {
  const bool flow = sampler_case.flow;
  const Vector to_zero = toy::schedule_to_zero(flow, 12),
               above = toy::uneven_schedule(flow, flow ? 0.9 : 5.0, 0.1, 12);
  std::vector<Plan> plans = {{"with the defaults", {}, to_zero, true},
                             {"with the defaults, on uneven steps", {}, above, false}};
  const auto add = [&](const std::string& text, const Values& values) {
    const auto known = [&](const auto& value) { return other.has_param(value.first); };
    if (!std::all_of(values.begin(), values.end(), known)) return;
    if (takes(sampler_case, values) && takes(other, values))
      plans.push_back({text, values, above, true});
  };
  if (const Values noisy = toy::with_noise(sampler_case); !noisy.empty()) add("with noise", noisy);
  for (const OtherSetting& setting : other_settings(sampler_case)) {
    add("with " + setting.text, setting.values);
    Values noisy = setting.values;
    noisy.merge(toy::with_noise(sampler_case));
    if (noisy.size() > setting.values.size()) add("with noise and " + setting.text, noisy);
  }
  return plans;
}

Result sampler_same(const Subject& subject) {
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy);
  const auto library = std::make_shared<const toy::Plugin>(subject.other_copy);
  const std::uint32_t index =
      counterpart(plugin->samplers(), subject.index, library->samplers(), "sampler", subject.other_id);
  const toy::Sampler like(library, index, settings_for(subject, *library->samplers()->info(index)));
  std::size_t compared = 0;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const SamplerCase other{like, sampler_case.flow};
    if (!other.fits()) continue;
    if (sampler_case.info().noise != other.info().noise) {
      return fail("declares another kind of noise, which a host draws otherwise");
    }
    for (const Plan& plan : plans_of(sampler_case, other)) {
      const std::string wrong = difference(account_of(sampler_case, plan), account_of(other, plan));
      ++compared;
      if (!wrong.empty()) return fail(sentence("{}{}: {}", where(sampler_case), plan.text, wrong));
    }
  }
  if (compared == 0) return fail("fits other models than the other");
  return pass(sentence("{} runs", compared));
}

Result scheduler_same(const Subject& subject) {
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy);
  const auto library = std::make_shared<const toy::Plugin>(subject.other_copy);
  const std::uint32_t index = counterpart(plugin->schedulers(), subject.index, library->schedulers(),
                                          "scheduler", subject.other_id);
  const toy::Scheduler mine = scheduler_of(subject);
  const toy::Scheduler like(library, index, settings_for(subject, *library->schedulers()->info(index)));
  const toy::SchedulerPtr one = mine.create(), other = like.create();
  for (const std::string& name : model_names()) {
    const ModelSampling model = ModelSampling::named(name);
    for (const std::uint32_t steps : {1u, 2u, 10u, 25u}) {
      const Asked a = ask(*one, model, steps), b = ask(*other, model, steps);
      const std::string at = sentence("{}, {} steps: ", name, steps);
      if (a.gave() != b.gave()) return fail(at + "one of the two refuses");
      if (apart(a.sigmas, b.sigmas) > kSameWithin) return fail(at + "other sigmas");
    }
  }
  return pass();
}

Result guider_same(const Subject& subject) {
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy);
  const auto library = std::make_shared<const toy::Plugin>(subject.other_copy);
  const std::uint32_t index =
      counterpart(plugin->guiders(), subject.index, library->guiders(), "guider", subject.other_id);
  const toy::Guider mine(plugin, subject.index);
  const toy::Guider like(library, index);
  const toy::Settings set = settings_for(subject, mine.info());
  const toy::Settings set_other = settings_for(subject, like.info());
  const toy::GuiderPtr one = mine.create(set.values, set.lists);
  const toy::GuiderPtr other = like.create(set_other.values, set_other.lists);
  if (mine.info().stage != like.info().stage) return fail("stands at another place among guiders");
  std::size_t compared = 0;
  for (const bool flow : noisings_of(mine.info())) {
    const std::vector<bool> others = noisings_of(like.info());
    if (std::find(others.begin(), others.end(), flow) == others.end()) continue;
    for (const double cfg : {1.0, 1.5, 7.5}) {
      const auto a = guided_run(*one, mine.info(), flow, cfg);
      const auto b = guided_run(*other, like.info(), flow, cfg);
      const std::string at = sentence("{}cfg {}: ", flow ? "with a flow model, " : "", number(cfg));
      if (a.size() != b.size()) return fail(at + "one of the two refuses");
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].status != b[i].status) return fail(at + "one of the two refuses");
        const double off = apart(a[i].denoised, b[i].denoised);
        if (off > kSameWithin) {
          return fail(sentence("{}differs at call {}, by {}", at, i, number(off)));
        }
      }
      ++compared;
    }
  }
  if (compared == 0) return fail("fits other models than the other");
  return pass(sentence("{} runs", compared));
}

}  // namespace

Checks same_as_checks() {
  return {
      {"same-as", "numerics", Scope::sampler,
       "It gives the same numbers as its like in the library of --same-as, within 1e-6 at every step: "
       "with "
       "the defaults, with noise, and with other values of each parameter that both have.",
       sampler_same, false, true},
      {"schedule-same-as", "schedulers", Scope::scheduler, "The same of a scheduler, with what is set.",
       scheduler_same, false, true},
      {"guider-same-as", "guiders", Scope::guider,
       "The same of a guider, with what is set, within 1e-6 at every call of the model.", guider_same,
       false, true},
  };
}

}  // namespace ksampler::conformance
