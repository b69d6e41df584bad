// The nodes that give the noise levels of one scheduler, with its parameters.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/sampling/named_params.hpp"
#include "host/nodes/values.hpp"
#include "host/session/sigmas.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace ksampler {
namespace {

struct SchedulerFace {
  std::string scheduler;
  std::vector<std::string> params;
};

const std::map<std::string, SchedulerFace>& scheduler_faces() {
  static const std::map<std::string, SchedulerFace> table = {
      {"AlignYourStepsScheduler", {"ays", {"model_type"}}},
      {"BetaSamplingScheduler", {"beta", {"alpha", "beta"}}},
      {"Flux2Scheduler", {"flux2", {"width", "height"}}},
      {"ExponentialScheduler", {"exponential", {"sigma_max", "sigma_min"}}},
      {"Ideogram4Scheduler", {"ideogram4", {"width", "height", "mu", "std"}}},
      {"KarrasScheduler", {"karras", {"sigma_max", "sigma_min", "rho"}}},
      {"LaplaceScheduler", {"laplace", {"sigma_max", "sigma_min", "mu", "beta"}}},
      {"LTXVScheduler", {"ltxv", {"max_shift", "base_shift", "stretch", "terminal"}}},
      {"PolyexponentialScheduler", {"polyexponential", {"sigma_max", "sigma_min", "rho"}}},
      {"VPScheduler", {"vp", {"beta_d", "beta_min", "eps_s"}}},
  };
  return table;
}

// For the plugins 0 is the model's own level, and these nodes know no model.
void check_levels(const std::vector<NamedParam>& params) {
  for (const NamedParam& param : params) {
    if (param.id != "sigma_max" && param.id != "sigma_min") continue;
    if (std::get<double>(param.value) > 0.0) continue;
    throw Error(sentence("'{}' is 0; expected a noise level above 0 (the last step goes to 0 anyhow)",
                         param.id));
  }
}

// `more`: parameters that no input is named like.
SigmasValue scheduled(const NodeContext& context, const Inputs& in, const ModelSampling& sampling,
                      const std::vector<NamedParam>& more = {}) {
  const SchedulerFace& face = scheduler_faces().at(in.node().decl->type);
  std::vector<NamedParam> params = named_params(in, face.params);
  check_levels(params);
  params.insert(params.end(), more.begin(), more.end());
  return scheduler_sigmas(context.registry.make_scheduler(face.scheduler, params), sampling,
                          static_cast<std::uint32_t>(in.integer("steps")));
}

}  // namespace

std::vector<Value> run_basic_scheduler(const NodeContext& context, const Inputs& in) {
  const Chosen choice = chosen(in.plugin("scheduler"));
  const auto scheduler = context.registry.make_scheduler(choice.name, choice.params);
  const auto steps = static_cast<std::uint32_t>(in.integer("steps"));
  const ModelValue& model = in.link<ModelValue>("model");
  SigmasValue sigmas = schedule_sigmas(scheduler, {model.sampling, {}, 0.0, model.source->family()},
                                       steps, in.number("denoise"), /*drops_penultimate=*/false);
  const std::string notice = steps_notice(choice.name, sigmas, steps);
  const bool cut = sigmas.size() > steps + 1ul;
  if (!notice.empty()) {
    context.reporter.warning(in.node(), cut ? notice + ": the last of them are taken" : notice);
  }
  // As ComfyUI, whatever `denoise` is; its KSampler keeps them all.
  return {last_steps(std::move(sigmas), steps)};
}

std::vector<Value> run_scheduler_face(const NodeContext& context, const Inputs& in) {
  return {scheduled(context, in, ModelSampling::named("eps"))};
}

std::vector<Value> run_beta_sampling_scheduler(const NodeContext& context, const Inputs& in) {
  return {scheduled(context, in, in.link<ModelValue>("model").sampling)};
}

std::vector<Value> run_flow_scheduler_face(const NodeContext& context, const Inputs& in) {
  return {scheduled(context, in, ModelSampling::named("flow"))};
}

// Every cell of the latent is a token to it.
std::vector<Value> run_ltxv_scheduler(const NodeContext& context, const Inputs& in) {
  constexpr double kUsualTokens = 4096;
  double tokens = kUsualTokens;
  if (in.has("latent")) {
    tokens = 1;
    for (const std::int64_t side : in.link<LatentValue>("latent").samples.sizes().slice(2)) {
      tokens *= static_cast<double>(side);
    }
  }
  return {scheduled(context, in, ModelSampling::named("flow"), {{"tokens", tokens}})};
}

// Unlike elsewhere, 'denoise' takes the last steps of the schedule as it is, and adds none.
std::vector<Value> run_align_your_steps_scheduler(const NodeContext& context, const Inputs& in) {
  const double denoise = in.number("denoise");
  if (denoise <= 0.0) return {SigmasValue{}};
  // Python's round(): halves to even, as std::nearbyint in its usual mode.
  const double steps = std::nearbyint(static_cast<double>(in.integer("steps")) * denoise);
  return {last_steps(scheduled(context, in, ModelSampling::named("eps")),
                     static_cast<std::uint32_t>(steps))};
}

// Of the ten timesteps 999, 899, ..., 99 that SD-Turbo was taught, those from `denoise` on.
std::vector<Value> run_sd_turbo_scheduler(const NodeContext&, const Inputs& in) {
  constexpr int kTaught = 10;
  const ModelSampling& sampling = in.link<ModelValue>("model").sampling;
  const auto first = kTaught - static_cast<std::int64_t>(kTaught * in.number("denoise"));
  SigmasValue sigmas;
  for (std::int64_t i = first; i < std::min<std::int64_t>(first + in.integer("steps"), kTaught); ++i) {
    sigmas.push_back(sampling.sigma(static_cast<double>((kTaught - i) * 100 - 1)));
  }
  sigmas.push_back(0.0);
  return {sigmas};
}

}  // namespace ksampler
