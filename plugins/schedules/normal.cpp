// SPDX-License-Identifier: Apache-2.0
//
// Equal steps in the model's timesteps, from that of sigma_max to that of sigma_min, both included,
// then 0 (ComfyUI, normal). A model whose sigma_min is 0 already gets one more point instead of a
// second 0.
#include "timesteps.hpp"

struct Normal {
  static constexpr ks::SchedulerInfo info = {
      .id = "normal",
      .title = "Normal",
      .summary = "Equal steps in the model's timesteps, its smallest noise level included",
      .source = "ComfyUI, normal_scheduler"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const double last = model.sigma(model.timestep(model.sigma_min()));
    if (last <= kAlmostZero) return at_even_timesteps(model, steps + 1, steps + 1);
    std::vector<double> sigmas = at_even_timesteps(model, steps, steps);
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Normal)
