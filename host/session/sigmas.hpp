// The noise levels of a run: what KSampler makes of a scheduler, a number of steps and denoise.
#ifndef KSAMPLER_SESSION_SIGMAS_HPP
#define KSAMPLER_SESSION_SIGMAS_HPP

#include "host/model/noising/model_sampling.hpp"
#include "host/plugin/library.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

// What sigmas are asked for. All but the noise levels may be left out where it is not known.
struct ScheduleTask {
  ScheduleTask(const ModelSampling& sampling)
      : model(sampling.abi()) {}  // NOLINT: of noise levels alone
  explicit ScheduleTask(const ks_model_sampling* model_) : model(model_) {}
  ScheduleTask(const ModelSampling& sampling, std::span<const std::int64_t> latent_, double cfg_,
               std::string family_)
      : model(sampling.abi()), latent(latent_), cfg(cfg_), family(std::move(family_)) {}

  const ks_model_sampling* model;
  std::span<const std::int64_t> latent = {};  // its shape, [B,C,H,W]
  double cfg = 0.0;
  std::string family = {};  // of the model
};

// What a scheduler gives for `steps`, checked and rounded to float32. Throws Error with its message, or
// where it gave something that is no schedule: fewer than 2 sigmas, not finite, negative, rising.
std::vector<double> scheduler_sigmas(const SchedulerInstance& scheduler, const ScheduleTask& task,
                                     std::uint32_t steps);

// As ComfyUI's KSampler. denoise above 0.9999: the whole schedule; at or below 0: empty, no step to do;
// between: the last steps + 1 sigmas of a schedule of int(steps / denoise) steps.
// `drops_penultimate` (a sampler's trait): one more step is asked for, and the last sigma but one left
// out. Throws Error.
std::vector<double> schedule_sigmas(const SchedulerInstance& scheduler, const ScheduleTask& task,
                                    std::uint32_t steps, double denoise, bool drops_penultimate);

// Throws Error where a step would go up from 0: it would divide by 0, as there is no noise in x to go
// along. `sampler`: for the message.
void check_sigmas(std::span<const double> sigmas, const std::string& sampler);

// The last steps + 1 of them: all, where they are no more.
std::vector<double> last_steps(std::vector<double> sigmas, std::uint32_t steps);

// What is to be said of a schedule with another number of steps than was asked for, as a list of levels
// has it; empty where it is that number, and where there is no step to do.
std::string steps_notice(const std::string& scheduler, const std::vector<double>& sigmas,
                         std::uint32_t steps);

}  // namespace ksampler

#endif
