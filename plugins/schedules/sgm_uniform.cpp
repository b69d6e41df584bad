// SPDX-License-Identifier: Apache-2.0
//
// Equal steps in the model's timesteps, from that of sigma_max towards that of sigma_min, which is left
// out: the last step goes from above it to 0 (Stability AI's generative-models, the discretization that
// turbo and lightning models are distilled for).
#include "timesteps.hpp"

struct SgmUniform {
  static constexpr ks::SchedulerInfo info = {
      .id = "sgm_uniform",
      .title = "SGM uniform",
      .summary = "Equal steps in the model's timesteps, without its smallest noise level",
      .source = "Stability AI, generative-models, LegacyDDPMDiscretization"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    std::vector<double> sigmas = at_even_timesteps(model, steps + 1, steps);
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(SgmUniform)
