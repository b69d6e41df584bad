#include "host/conformance/schedule_case.hpp"

#include "host/conformance/settings.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/unknown_task.hpp"

namespace ksampler::conformance {
namespace {

// The functions of the ABI take it for their context.
struct ScheduleCall {
  Asked asked;
  ks_status emit_status;

  static ScheduleCall& of(const ks_schedule* schedule) {
    return *static_cast<ScheduleCall*>(schedule->context);
  }

  static ks_status emit(const ks_schedule* schedule, const double* sigmas, std::uint32_t count) {
    ScheduleCall& request = of(schedule);
    ++request.asked.emits;
    request.asked.sigmas.clear();
    for (std::uint32_t i = 0; i < count; ++i) {
      request.asked.sigmas.push_back(static_cast<double>(static_cast<float>(sigmas[i])));
    }
    return request.emit_status;
  }

  static void set_error(const ks_schedule* schedule, const char* message) {
    of(schedule).asked.message = message == nullptr ? "" : message;
  }
};

}  // namespace

const std::vector<std::string>& model_names() {
  static const std::vector<std::string> names = {"eps",         "v",    "v_zsnr", "edm",
                                                 "cosmos_flow", "flow", "flux"};
  return names;
}

Asked ask(ks_scheduler& scheduler, const ModelSampling& model, std::uint32_t steps,
          ks_status emit_status) {
  ScheduleCall request{{}, emit_status};
  ks_schedule schedule{};
  schedule.size = sizeof schedule;
  schedule.steps = steps;
  schedule.model = model.abi();
  schedule.task = &kUnknownTask;  // as BasicScheduler asks, which knows no latent
  schedule.context = &request;
  calls::set_functions<ScheduleCall>(schedule);
  std::string thrown;
  if (!guarded(thrown, [&] { request.asked.status = scheduler.schedule(&scheduler, &schedule); })) {
    throw Finding{fail(thrown)};
  }
  return request.asked;
}

toy::Scheduler scheduler_of(const Subject& subject) {
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy);
  return toy::Scheduler(plugin, subject.index,
                        settings_for(subject, *plugin->schedulers()->info(subject.index)));
}

}  // namespace ksampler::conformance
