#include "host/conformance/exercise.hpp"

#include "host/base/sentence.hpp"
#include "host/conformance/guiding_case.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/schedule_case.hpp"
#include "host/conformance/shaping_case.hpp"

namespace ksampler::conformance {

std::string exercise(const std::shared_ptr<const toy::Plugin>& plugin) {
  std::string wrong;
  const std::uint32_t samplers = plugin->samplers() == nullptr ? 0 : plugin->samplers()->count;
  for (std::uint32_t i = 0; i < samplers; ++i) {
    for (const bool flow : {false, true}) {
      const SamplerCase sampler_case{toy::Sampler(plugin, i), flow};
      if (!sampler_case.fits()) continue;
      Host host;
      prepare(host, sampler_case, 4);
      const ks_status status = run(host, sampler_case);
      if (status != KS_OK) wrong = sentence("{}: {}", sampler_case.id(), said(status, host.message));
    }
  }
  const std::uint32_t schedulers = plugin->schedulers() == nullptr ? 0 : plugin->schedulers()->count;
  for (std::uint32_t i = 0; i < schedulers; ++i) {
    const toy::SchedulerPtr scheduler = toy::Scheduler(plugin, i).create();
    for (const char* model : {"eps", "flow"}) ask(*scheduler, ModelSampling::named(model), 4);
  }
  const std::uint32_t guiders = plugin->guiders() == nullptr ? 0 : plugin->guiders()->count;
  for (std::uint32_t i = 0; i < guiders; ++i) {
    const toy::Guider guider(plugin, i);
    const toy::GuiderPtr made = guider.create();
    Host host;
    prepare_guiding(host, /*items=*/1, /*flow=*/(guider.info().fits & KS_FITS_ADDITIVE) == 0);
    toy::Guiding guiding(*made, guider.info().stage, host);
    const ks_status status = guiding.ask(some_question(guider.info())).status;
    if (status != KS_OK) wrong = sentence("{}: {}", guider.info().id, said(status, host.message));
  }
  const std::uint32_t noises = plugin->noises() == nullptr ? 0 : plugin->noises()->count;
  for (std::uint32_t i = 0; i < noises; ++i) {
    const toy::NoiseSource source(plugin, i);
    const toy::NoiseSourcePtr made = source.create();
    const ShapingCase shaping_case;
    Host host;
    prepare_shaping(host, shaping_case);
    toy::Shaping shaping(*made, host);
    const ks_status status =
        shaping.shape(shaping_case.white()(0, 1, shaping_case.size()), 0, host.sigmas.front()).status;
    if (status != KS_OK) wrong = sentence("{}: {}", source.info().id, said(status, host.message));
  }
  return wrong;
}

}  // namespace ksampler::conformance
