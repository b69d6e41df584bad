// A scheduler asked for sigmas, and nothing of its answer checked: see host/session/sigmas.hpp for the
// host's own way.
#ifndef KSAMPLER_CONFORMANCE_SCHEDULE_CASE_HPP
#define KSAMPLER_CONFORMANCE_SCHEDULE_CASE_HPP

#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/toy_plugin.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <string>
#include <vector>

namespace ksampler::conformance {

// The models whose noise levels differ in kind: a table, a range, flows.
const std::vector<std::string>& model_names();

struct Asked {
  ks_status status = KS_ERROR;
  std::string message;
  std::uint32_t emits = 0;
  std::vector<double> sigmas;  // as float32, widened

  bool gave() const { return status == KS_OK && emits > 0; }
  // Refused, as it may where it cannot do with a model.
  bool refused() const { return status != KS_OK && !message.empty(); }
};

// `emit_status`: what the host answers to `emit`.
Asked ask(ks_scheduler& scheduler, const ModelSampling& model, std::uint32_t steps,
          ks_status emit_status = KS_OK);

toy::Scheduler scheduler_of(const Subject& subject);

// Calls `look(model's name, model, steps, sigmas)` for each model and number of steps for which there
// are sigmas.
template <typename Look>
std::uint32_t each_schedule(const toy::Scheduler& scheduler,
                            const std::vector<std::uint32_t>& all_steps, Look&& look) {
  std::uint32_t count = 0;
  const toy::SchedulerPtr made = scheduler.create();
  for (const std::string& name : model_names()) {
    const ModelSampling model = ModelSampling::named(name);
    for (const std::uint32_t steps : all_steps) {
      const Asked asked = ask(*made, model, steps);
      if (!asked.gave()) continue;
      look(sentence("{}, {}{}", name, steps, steps == 1 ? " step: " : " steps: "), model, steps,
           asked.sigmas);
      ++count;
    }
  }
  return count;
}

}  // namespace ksampler::conformance

#endif
