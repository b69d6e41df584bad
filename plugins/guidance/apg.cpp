// SPDX-License-Identifier: Apache-2.0
//
// Guidance without what makes colours too strong: the part of it along the positive prediction is taken
// out, or down, its length is bounded, and it may have (negative) momentum.
//   d  = D_c - D_u + beta d_before;   d <- d min(1, r / |d|)
//   d_par = <d, D_c> / |D_c|^2 D_c,   d' = (d - d_par) + eta d_par
//   D_c <- D_u + d' + (D_c - D_u) / cfg,   so that guidance gives D_c + cfg d'
#include "guidance.hpp"

#include <optional>

struct Apg {
  static constexpr ks::GuiderInfo info = {
      .id = "apg",
      .title = "APG",
      .summary = "Guidance without the part along the positive prediction, against strong colours",
      .source =
          "Sadat et al. 2024, Eliminating Oversaturation and Artifacts of High Guidance Scales in "
          "Diffusion Models, Algorithm 1",
      .stage = ks::Stage::before};
  double eta = 1.0;
  double norm_threshold = 5.0;
  double momentum = 0.0;
  static constexpr auto params = ks::params(
      ks::param(&Apg::eta, {"eta", "How much of the parallel part; 0: none, 1: all", -10.0, 10.0}),
      ks::param(&Apg::norm_threshold,
                {"norm_threshold", "The most length of the guidance of an item; 0: any", 0.0, 50.0}),
      ks::param(&Apg::momentum,
                {"momentum", "How much of the guidance before is added; below 0 it is taken away", -5.0,
                 1.0}));

  std::optional<ks::Tensor> before;
  double sigma_before = 0.0;

  void guide(ks::Guidance& g) {
    if (g.cfg == 0.0) return;
    ks::Tensor d = g.positive - g.negative;
    if (momentum != 0.0) {
      if (before && g.sigma <= sigma_before) d += momentum * *before;
      if (before) {
        *before = 1.0 * d;
      } else {
        before.emplace(1.0 * d);
      }
      sigma_before = g.sigma;
    }
    if (norm_threshold > 0.0) d = ks::each(d) * ks::min(norm_threshold / norm(d), 1.0);
    const ks::PerItem along = dot(d, g.positive);
    const ks::PerItem square = dot(g.positive, g.positive);
    const ks::PerItem share = (1.0 - eta) * along / ks::max(square, 1e-24);
    g.positive =
        ks::each(g.negative + (1.0 / g.cfg) * (g.positive - g.negative) + d) - share * g.positive;
  }
};

KS_GUIDER(Apg)
