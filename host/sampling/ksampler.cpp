#include "host/sampling/ksampler.hpp"

#include "host/sampling/sigmas.hpp"

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
  const std::vector<double> sigmas =
      schedule_sigmas(scheduler, settings.model->sampling(), settings.steps, settings.denoise,
                      sampler.drops_penultimate);

  SampleSettings run;
  run.model = settings.model;
  run.guidance = cfg_guidance(settings.positive, settings.negative, settings.cfg);
  run.sigmas =
      sigmas_between(sigmas, settings.start_at_step, settings.end_at_step, settings.force_full_denoise);
  run.latent = settings.latent;
  run.noise = {settings.seed, settings.profile, settings.latent.batch_index};
  run.add_noise = settings.add_noise;
  run.step = settings.step;
  run.stop = settings.stop;
  const auto instance = registry.make_sampler(settings.sampler.name, settings.sampler.params);
  run.plugin = instance.plugin_in_process();
  return sample(run, sampler, instance.get());
}

}  // namespace ksampler
