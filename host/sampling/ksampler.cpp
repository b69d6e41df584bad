#include "host/sampling/ksampler.hpp"

#include "host/session/sigmas.hpp"

namespace ksampler {

std::vector<double> sigmas_between(std::vector<double> sigmas, std::uint32_t start,
                                   std::optional<std::uint32_t> end, bool force_full_denoise) {
  if (end && *end + 1 < sigmas.size()) {
    sigmas.resize(*end + 1);
    if (force_full_denoise) sigmas.back() = 0.0;
  }
  if (start + 1 >= sigmas.size()) return {};
  sigmas.erase(sigmas.begin(), sigmas.begin() + start);
  return sigmas;
}

Sampled ksample(const KSamplerSettings& settings, const Registry& registry) {
  const SamplerDescription& sampler = *registry.sampler(settings.sampler.name).sampler;
  const auto scheduler = registry.make_scheduler(settings.scheduler.name, settings.scheduler.params);
  const std::vector<std::int64_t> sizes = sizes_for(settings.latent, settings.model->latents());
  const std::vector<double> sigmas =
      schedule_sigmas(scheduler, {settings.model->sampling(), sizes, settings.cfg, settings.family},
                      settings.steps, settings.denoise, sampler.drops_penultimate);
  const std::string notice = steps_notice(settings.scheduler.name, sigmas, settings.steps);
  if (!notice.empty()) settings.warning(notice);

  SampleSettings run;
  run.model = settings.model;
  run.differential = settings.differential;
  run.family = settings.family;
  run.guidance = cfg_guidance(settings.positive, settings.negative, settings.cfg);
  run.guiders = make_guiders(registry, settings.guiders);
  run.noises = make_noises(registry, settings.noises);
  run.sigmas =
      sigmas_between(sigmas, settings.start_at_step, settings.end_at_step, settings.force_full_denoise);
  run.latent = settings.latent;
  run.noise = {settings.seed, settings.profile, settings.latent.batch_index};
  run.add_noise = settings.add_noise;
  run.step = settings.step;
  run.stop = settings.stop;
  run.noise_clip_std = noise_clip_std(sampler, settings.sampler);
  run.inside = make_inside_sampler(registry, settings.sampler);
  const auto instance = registry.make_sampler(settings.sampler.name, settings.sampler.params);
  run.plugin = instance.plugin_in_process();
  const Sampled sampled = sample(run, sampler, instance.get());
  if (sampled.nothing_done) settings.warning(nothing_done_notice(settings.sampler.name));
  return sampled;
}

}  // namespace ksampler
