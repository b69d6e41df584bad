// SPDX-License-Identifier: Apache-2.0
//
// The negative prompt without what it has in common with the positive. All against the empty prompt:
//   p = D_c - D_e,  n = D_n - D_e,   n_perp = n - <n, p> / |p|^2 p
//   D = D_e + cfg (p - neg_scale n_perp)
#include "guidance.hpp"

struct PerpNeg {
  static constexpr ks::GuiderInfo info = {
      .id = "perp_neg",
      .title = "Perp-Neg",
      .summary = "The negative prompt without what it has in common with the positive",
      .source = "Armandpour et al. 2023, Re-imagine the Negative Prompt Algorithm, equation 8",
      .needs_empty = true};
  double neg_scale = 1.0;
  static constexpr auto params = ks::params(
      ks::param(&PerpNeg::neg_scale, {"neg_scale", "How strong the negative prompt is", 0.0, 100.0}));

  void guide(ks::Guidance& g) const {
    const ks::Tensor positive = g.positive - g.empty;
    const ks::Tensor negative = g.negative - g.empty;
    const ks::PerItem both = dot(negative, positive);
    const ks::PerItem square = dot(positive, positive);
    const ks::PerItem along = (neg_scale * g.cfg) * both / ks::max(square, 1e-24);
    g.denoised =
        ks::each(g.empty + g.cfg * positive - (neg_scale * g.cfg) * negative) + along * positive;
  }
};

KS_GUIDER(PerpNeg)
