// KSampler and KSamplerAdvanced.
#include "host/sampling/ksampler.hpp"

#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/sampling/hooks.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {
namespace {

KSamplerSettings common_settings(const NodeContext& context, const Inputs& in) {
  KSamplerSettings settings;
  const auto& model = in.link<ModelValue>("model");
  settings.model = make_denoiser(model, context.models);
  settings.differential = model.differential;
  settings.family = model.source->family();
  settings.guiders = model.guiders;
  settings.noises = model.noises;
  settings.positive = in.link<ConditioningValue>("positive");
  settings.negative = in.link<ConditioningValue>("negative");
  settings.latent = in.link<LatentValue>("latent_image");
  settings.steps = static_cast<std::uint32_t>(in.integer("steps"));
  settings.cfg = in.number("cfg");
  settings.sampler = chosen(in.plugin("sampler_name"));
  settings.scheduler = chosen(in.plugin("scheduler"));
  settings.profile = noise_profile(context.pipeline.profile);
  settings.stop = context.options.stop;
  settings.step = report_steps(context, in.node(), settings.model);
  settings.warning = [&context, &node = in.node()](const std::string& message) {
    context.reporter.warning(node, message);
  };
  return settings;
}

std::vector<Value> finish(const NodeContext& context, const Inputs& in,
                          const KSamplerSettings& settings) {
  Latent result = settings.latent;
  warn_about_fit(context, in.node(), settings.sampler.name, *settings.model);
  result.samples = ksample(settings, context.registry).samples;
  warn_about_values(context, in.node(), result.samples);
  return {result};
}

}  // namespace

std::vector<Value> run_ksampler(const NodeContext& context, const Inputs& in) {
  KSamplerSettings settings = common_settings(context, in);
  settings.seed = in.seed("seed");
  settings.denoise = in.number("denoise");
  return finish(context, in, settings);
}

std::vector<Value> run_ksampler_advanced(const NodeContext& context, const Inputs& in) {
  KSamplerSettings settings = common_settings(context, in);
  settings.seed = in.seed("noise_seed");
  settings.add_noise = in.text("add_noise") == "enable";
  settings.start_at_step = static_cast<std::uint32_t>(in.integer("start_at_step"));
  settings.end_at_step = static_cast<std::uint32_t>(in.integer("end_at_step"));
  settings.force_full_denoise = in.text("return_with_leftover_noise") == "disable";
  return finish(context, in, settings);
}

}  // namespace ksampler
