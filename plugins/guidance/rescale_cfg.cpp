// SPDX-License-Identifier: Apache-2.0
//
// Guidance with the deviation of the positive prediction, against over-exposure. In v, the velocity of
// v-prediction (Salimans and Ho 2022): v = (x / (sigma^2 + 1) - D) sqrt(sigma^2 + 1) / sigma.
//   v   = v_u + cfg (v_c - v_u)
//   v' <- v std(v_c) / std(v)
//   v  <- phi v' + (1 - phi) v
#include "guidance.hpp"

#include <cmath>

struct RescaleCfg {
  static constexpr ks::GuiderInfo info = {
      .id = "rescale_cfg",
      .title = "RescaleCFG",
      .summary = "Guidance with the deviation of the positive prediction, against over-exposure",
      .source =
          "Lin et al. 2024, Common Diffusion Noise Schedules and Sample Steps are Flawed, equations 15 "
          "and 16"};
  double multiplier = 0.7;
  static constexpr auto params = ks::params(
      ks::param(&RescaleCfg::multiplier, {"multiplier", "How much of it, phi in the paper", 0.0, 1.0}));

  void guide(ks::Guidance& g) const {
    const double c = 1.0 / (g.sigma * g.sigma + 1.0);
    const double to_v = std::sqrt(g.sigma * g.sigma + 1.0) / g.sigma;
    const ks::Tensor v_positive = to_v * (c * g.x - g.positive);
    const ks::Tensor v = to_v * (c * g.x - plain(g));
    const ks::PerItem ratio = deviation(v_positive) / deviation(v);
    g.denoised = c * ks::each(g.x) - (multiplier * ratio + (1.0 - multiplier)) * (1.0 / to_v) * v;
  }
};

KS_GUIDER(RescaleCfg)
