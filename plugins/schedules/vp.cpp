// SPDX-License-Identifier: Apache-2.0
//
// Equal steps in the time of the variance preserving SDE, from 1 to eps_s, then 0 (Song et al. 2021; in
// Karras et al. 2022, Table 1). Its noise levels are its own, whatever the model's.
//   sigma(t) = sqrt(exp(beta_d * t^2 / 2 + beta_min * t) - 1)
#include "additive.hpp"

#include <ks/float32.hpp>

struct Vp {
  double beta_d = 19.9;
  double beta_min = 0.1;
  double eps_s = 0.001;

  static constexpr ks::SchedulerInfo info = {
      .id = "vp",
      .title = "VP",
      .summary = "The variance preserving SDE at equal steps of its time, from sigma 152 by default",
      .source =
          "Song et al. 2021, Score-Based Generative Modeling through SDEs; k-diffusion, "
          "get_sigmas_vp"};
  static constexpr auto params =
      ks::params(ks::param(&Vp::beta_d, {"beta_d", "The slope of beta(t)", 0, 5000}),
                 ks::param(&Vp::beta_min, {"beta_min", "beta(0)", 0, 5000}),
                 ks::param(&Vp::eps_s, {"eps_s", "The time of the last noise level before 0", 0, 1}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    require_additive(model, "vp");
    std::vector<double> sigmas;
    for (const float t : ks::float32::linspace(1, eps_s, steps)) {
      const float integral =
          static_cast<float>(beta_d) * (t * t) / 2.0F + static_cast<float>(beta_min) * t;
      sigmas.push_back(std::sqrt(ks::float32::expm1(integral)));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Vp)
