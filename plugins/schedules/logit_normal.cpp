// SPDX-License-Identifier: Apache-2.0
//
// Timesteps at the quantiles of the logit-normal distribution that rectified flows are trained with
// (Esser et al. 2024): many steps around the middle, fewer towards both ends.
//   t_i = 1 / (1 + e^-z_i),  z_i = mean + std * Phi^-1(1 - i / n);  then 0
// as a fraction of the way in the model's timesteps. A mean above 0 moves them towards high noise.
#include "normal_quantile.hpp"
#include "timesteps.hpp"

#include <cmath>

struct LogitNormal {
  double mean = 0;
  double std = 1;

  static constexpr ks::SchedulerInfo info = {
      .id = "logit_normal",
      .title = "Logit-normal",
      .summary = "Most steps in the middle, as rectified flows are trained",
      .source =
          "Esser et al. 2024, Scaling Rectified Flow Transformers for High-Resolution Image Synthesis, "
          "(19); its quantiles"};
  static constexpr auto params = ks::params(
      ks::param(&LogitNormal::mean, {"mean", "Of the logit; above 0: towards high noise", -5, 5}),
      ks::param(&LogitNormal::std, {"std", "Of the logit; small: all steps in one place", 0.05, 5}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    std::vector<double> sigmas{model.sigma_max()};  // Phi^-1(1) is infinite
    for (std::uint32_t i = 1; i < steps; ++i) {
      const double z = upper_normal_quantile(i, steps);
      sigmas.push_back(at_fraction(model, 1 / (1 + std::exp(-(mean + std * z)))));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(LogitNormal)
