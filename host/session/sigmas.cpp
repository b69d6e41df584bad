#include "host/session/sigmas.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/in_plugin.hpp"

#include <cmath>
#include <cstdio>
#include <span>
#include <string>

namespace ksampler {
namespace {

// A schedule is a few bytes a step, but the scheduler's work may be more than linear.
constexpr double kMostSteps = 1e6;

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  return buffer;
}

// What is wrong with these sigmas; empty where nothing is.
std::string fault(std::span<const double> sigmas) {
  if (sigmas.size() < 2) {
    return sentence("gave {} sigmas; expected 2 or more, the last included", sigmas.size());
  }
  for (std::size_t i = 0; i < sigmas.size(); ++i) {
    const std::string which = sentence("sigma {} is {}", i, text(sigmas[i]));
    if (!std::isfinite(sigmas[i]) || sigmas[i] < 0)
      return which + "; expected a finite number, 0 or above";
    if (i > 0 && sigmas[i] > sigmas[i - 1]) {
      return sentence("{}, above the one before it, {}; sigmas must not rise", which,
                      text(sigmas[i - 1]));
    }
  }
  return {};
}

// The host's side of one request.
struct Request {
  ks_schedule abi{};
  ks_task task{};
  std::vector<double> sigmas;
  std::string error;
  bool emitted = false;

  Request(const ScheduleTask& given, std::uint32_t steps) {
    const auto extent = [&](std::size_t dimension) {
      return given.latent.size() == 4 ? static_cast<std::uint32_t>(given.latent[dimension]) : 0u;
    };
    task = {.size = sizeof task,
            .items = extent(0),
            .channels = extent(1),
            .height = extent(2),
            .width = extent(3),
            .reserved = 0,
            .cfg = given.cfg,
            .family = given.family.c_str()};
    abi.size = sizeof abi;
    abi.steps = steps;
    abi.model = given.model;
    abi.task = &task;
    abi.context = this;
    calls::set_functions<Request>(abi);
  }

  static Request& of(const ks_schedule* schedule) { return *static_cast<Request*>(schedule->context); }

  static ks_status emit(const ks_schedule* schedule, const double* sigmas,
                        std::uint32_t count) noexcept {
    Request& request = of(schedule);
    try {
      if (request.emitted) {
        request.error = "emitted sigmas twice";
        return KS_INVALID_ARGUMENT;
      }
      request.emitted = true;
      std::vector<double> rounded;
      for (const double sigma : std::span(sigmas, sigmas == nullptr ? 0 : count)) {
        rounded.push_back(static_cast<double>(static_cast<float>(sigma)));
      }
      request.error = fault(rounded);
      if (!request.error.empty()) return KS_INVALID_ARGUMENT;
      request.sigmas = std::move(rounded);
      return KS_OK;
    } catch (const std::exception&) {
      return KS_OUT_OF_MEMORY;
    }
  }

  static void set_error(const ks_schedule* schedule, const char* message) noexcept {
    try {
      of(schedule).error = message == nullptr ? "" : message;
    } catch (const std::exception&) {  // out of memory: the status alone must do
    }
  }
};

}  // namespace

std::vector<double> scheduler_sigmas(const SchedulerInstance& scheduler, const ScheduleTask& task,
                                     std::uint32_t steps) {
  Request request(task, steps);
  const std::string plugin = scheduler.plugin_in_process();
  const InPlugin mark(plugin);
  ks_status status = KS_ERROR;
  std::string thrown;
  if (!guarded(thrown, [&] { status = scheduler->schedule(scheduler.get(), &request.abi); })) {
    throw Error(Diagnostic::Kind::plugin, "the scheduler " + thrown);
  }
  const std::string failed = sentence("the scheduler failed at {} steps: ", steps);
  if (!request.error.empty()) throw Error(Diagnostic::Kind::plugin, failed + request.error);
  if (status != KS_OK)
    throw Error(Diagnostic::Kind::plugin, sentence("{}it gave no reason (status {})", failed, status));
  if (!request.emitted) throw Error(Diagnostic::Kind::plugin, failed + "it emitted no sigmas");
  return std::move(request.sigmas);
}

std::vector<double> schedule_sigmas(const SchedulerInstance& scheduler, const ScheduleTask& task,
                                    std::uint32_t steps, double denoise, bool drops_penultimate) {
  if (!(denoise > 0.0) || steps == 0) return {};
  const bool whole = denoise > 0.9999;
  const double wanted = whole ? steps : std::floor(steps / denoise);
  if (wanted > kMostSteps) {
    throw Error(
        sentence("denoise {} of {} steps asks for a schedule of {} steps; at most {} are accepted",
                 text(denoise), steps, text(wanted), text(kMostSteps)));
  }

  const auto asked = static_cast<std::uint32_t>(wanted) + (drops_penultimate ? 1u : 0u);
  std::vector<double> sigmas = scheduler_sigmas(scheduler, task, asked);
  if (drops_penultimate && sigmas.size() > 2) sigmas.erase(sigmas.end() - 2);
  return whole ? sigmas : last_steps(std::move(sigmas), steps);
}

std::vector<double> last_steps(std::vector<double> sigmas, std::uint32_t steps) {
  if (sigmas.size() > steps + 1ul) {
    sigmas.erase(sigmas.begin(), sigmas.end() - static_cast<std::ptrdiff_t>(steps + 1ul));
  }
  return sigmas;
}

void check_sigmas(std::span<const double> sigmas, const std::string& sampler) {
  for (std::size_t i = 0; i + 1 < sigmas.size(); ++i) {
    if (sigmas[i] != 0.0 || sigmas[i + 1] == 0.0) continue;
    throw Error(
        sentence("sampler '{}' cannot go up from sigma 0, and sigma {} is 0 with {:f} after it: "
                 "expected a noise level above 0, such as the 0.0001 that FlipSigmas begins with",
                 sampler, i, sigmas[i + 1]));
  }
}

std::string steps_notice(const std::string& scheduler, const std::vector<double>& sigmas,
                         std::uint32_t steps) {
  if (sigmas.size() < 2 || sigmas.size() == steps + 1ul) return {};
  return sentence(
      "the scheduler '{}' gives {} noise levels, which are {} steps, and not the {} of 'steps'",
      scheduler, sigmas.size(), sigmas.size() - 1, steps);
}

}  // namespace ksampler
