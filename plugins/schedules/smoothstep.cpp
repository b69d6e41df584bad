// SPDX-License-Identifier: Apache-2.0
//
// Small steps at both ends: the model's timesteps along Hermite's cubic from 1 to 0.
//   t_i = 1 - u^2 (3 - 2 u),  u = i / n;  then 0
#include "timesteps.hpp"

struct Smoothstep {
  static constexpr ks::SchedulerInfo info = {
      .id = "smoothstep",
      .title = "Smoothstep",
      .summary = "Small steps in the model's timesteps at both ends",
      .source = "Hermite's cubic, u^2 (3 - 2 u), in the model's timesteps"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    std::vector<double> sigmas;
    for (std::uint32_t i = 0; i < steps; ++i) {
      const double u = static_cast<double>(i) / steps;
      sigmas.push_back(i == 0 ? model.sigma_max() : at_fraction(model, 1 - u * u * (3 - 2 * u)));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Smoothstep)
