// SPDX-License-Identifier: Apache-2.0
//
// Guidance with a scale of its own for what is smooth, which decides colours and composition, and cfg
// for what is fine. With d = D_c - D_u, and low(d) what is left of it at 1 / 2^levels of the size:
//   D = D_u + w low(d) + cfg (d - low(d)),   w = 1 + low (cfg - 1)
// The paper takes a Laplacian pyramid of both predictions; as it is linear, two levels of one of the
// difference are the same.
#include "guidance.hpp"

#include <ks/filter.hpp>

#include <algorithm>

struct Fdg {
  static constexpr ks::GuiderInfo info = {
      .id = "fdg",
      .title = "Frequency-decoupled guidance",
      .summary = "Less guidance for what is smooth than for what is fine",
      .source =
          "Sadat et al. 2025, Guidance in the Frequency Domain Enables High-Fidelity Sampling at "
          "Low CFG Scales, Algorithm 1",
      .positive_alone_at_1 = true};
  double low = 0.5;
  std::uint32_t levels = 1;
  static constexpr auto params = ks::params(
      ks::param(
          &Fdg::low,
          {"low", "How much guidance what is smooth gets, as a part of cfg's; 1: as much", 0.0, 4.0}),
      ks::param(&Fdg::levels, {"levels", "How often the size is halved for what is smooth", 1, 6}));

  void guide(ks::Guidance& g) const {
    if (!g.has_negative()) {
      g.denoised = 1.0 * g.positive;
      return;
    }
    const ks::Extent latent = ks::extent_of(g.run().abi());
    const ks::Tensor guidance = g.positive - g.negative;
    const ks::Tensor smooth = ks::coarse(guidance, std::max(latent.height >> levels, 1u),
                                         std::max(latent.width >> levels, 1u));
    const double scale = 1.0 + low * (g.cfg - 1.0);
    g.denoised = g.negative + g.cfg * guidance + (scale - g.cfg) * smooth;
  }
};

KS_GUIDER(Fdg)
