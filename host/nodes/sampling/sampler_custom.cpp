// SamplerCustom and SamplerCustomAdvanced.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/sampling/hooks.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {
namespace {

// The latent at the last noise level, and the model's last prediction.
std::vector<Value> sampled_by(const NodeContext& context, const Inputs& in, const GuiderValue& guider,
                              const NoiseValue& noise) {
  const auto& choice = in.link<SamplerValue>("sampler");
  Latent latent = in.link<LatentValue>("latent_image");

  SampleSettings settings;
  settings.model = make_denoiser(guider.model, context.models);
  settings.differential = guider.model.differential;
  settings.family = guider.model.source->family();
  settings.guidance = guider.guidance;
  settings.guiders = make_guiders(context.registry, guider.model.guiders);
  settings.noises = make_noises(context.registry, guider.model.noises);
  settings.sigmas = in.link<SigmasValue>("sigmas");
  settings.latent = latent;
  settings.noise = {noise.seed, noise_profile(context.pipeline.profile), latent.batch_index};
  settings.add_noise = noise.add;
  settings.keep_denoised = true;
  settings.step = report_steps(context, in.node(), settings.model);
  settings.stop = context.options.stop;

  warn_about_fit(context, in.node(), choice.name, *settings.model);
  if (choice.inside) warn_about_fit(context, in.node(), choice.inside->name, *settings.model);
  const auto sampler = context.registry.make_sampler(choice.name, choice.params);
  settings.plugin = sampler.plugin_in_process();
  const SamplerDescription& description = *context.registry.sampler(choice.name).sampler;
  settings.noise_clip_std = noise_clip_std(description, choice);
  settings.inside = make_inside_sampler(context.registry, choice);
  const Sampled sampled = sample(settings, description, sampler.get());
  if (sampled.nothing_done) context.reporter.warning(in.node(), nothing_done_notice(choice.name));
  warn_about_values(context, in.node(), sampled.samples);
  latent.samples = sampled.samples;
  Latent denoised = latent;
  if (sampled.denoised.defined()) denoised.samples = sampled.denoised;
  return {latent, denoised};
}

}  // namespace

std::vector<Value> run_sampler_custom_advanced(const NodeContext& context, const Inputs& in) {
  return sampled_by(context, in, in.link<GuiderValue>("guider"), in.link<NoiseValue>("noise"));
}

// Without noise of its own, the seed still is that of the noise which samplers add.
std::vector<Value> run_sampler_custom(const NodeContext& context, const Inputs& in) {
  const GuiderValue guider{in.link<ModelValue>("model"),
                           cfg_guidance(in.link<ConditioningValue>("positive"),
                                        in.link<ConditioningValue>("negative"), in.number("cfg"))};
  return sampled_by(context, in, guider, {in.seed("noise_seed"), in.boolean("add_noise")});
}

}  // namespace ksampler
