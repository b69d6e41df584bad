// SPDX-License-Identifier: Apache-2.0
//
// The negative score without its component across the direction that both scores share: its projection
// on the leading right singular vector of [s_u; s_c], here in closed form. With a = |s_u|^2, b = <s_u,
// s_c>, c = |s_c|^2 and r = sqrt((a - c)^2 + 4 b^2), the leading eigenvector (p, q) of [[a, b], [b, c]]
// has
//   p^2 = (1 + (a - c) / r) / 2,   p q = b / r,   and the projection is p^2 s_u + p q s_c.
// A score is along x - D.
#include "guidance.hpp"

struct Tcfg {
  static constexpr ks::GuiderInfo info = {
      .id = "tcfg",
      .title = "TCFG",
      .summary = "The negative prediction, along what it has in common with the positive",
      .source = "Kwon et al. 2025, TCFG: Tangential Damping Classifier-free Guidance, section 4.2",
      .stage = ks::Stage::before};

  void guide(ks::Guidance& g) const {
    const ks::Tensor negative = g.x - g.negative;
    const ks::Tensor positive = g.x - g.positive;
    const ks::PerItem a = dot(negative, negative);
    const ks::PerItem b = dot(negative, positive);
    const ks::PerItem c = dot(positive, positive);
    // Both scores zero: nothing to project.
    const ks::PerItem r = ks::max(ks::sqrt((a - c) * (a - c) + 4.0 * b * b), 1e-30);
    const ks::PerItem pp = 0.5 * (1.0 + (a - c) / r);
    const ks::PerItem pq = b / r;
    g.negative = ks::each(g.x) - pp * negative - pq * positive;
  }
};

KS_GUIDER(Tcfg)
