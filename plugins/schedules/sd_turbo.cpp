// SPDX-License-Identifier: Apache-2.0
//
// The timesteps that SD-Turbo and SDXL-Turbo were taught (Sauer et al. 2023, Adversarial Diffusion
// Distillation): 999, 899, ..., 99, from the first on. There are ten; more steps than that are at equal
// distances over all of the table.
#include <ks/scheduler.hpp>

#include <algorithm>

struct SdTurbo {
  static constexpr ks::SchedulerInfo info = {
      .id = "sd_turbo",
      .title = "SD-Turbo",
      .summary = "The first of the ten timesteps that SD-Turbo was taught",
      .source = "Sauer et al. 2023, Adversarial Diffusion Distillation; Stability AI, SD-Turbo"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const auto table = model.sigmas();
    const std::uint32_t parts = std::max(steps, 10u);
    std::vector<double> sigmas;
    for (std::uint32_t i = 0; i < steps; ++i) {
      sigmas.push_back(table[table.size() - 1 - i * table.size() / parts]);
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(SdTurbo)
