// SPDX-License-Identifier: Apache-2.0
//
// Guidance below a noise level, and no longer than the positive prediction.
//   D <- D min(1, renorm |D_c| / |D|)
#include "guidance.hpp"

struct RenormCfg {
  static constexpr ks::GuiderInfo info = {
      .id = "renorm_cfg",
      .title = "RenormCFG",
      .summary = "Guidance below a noise level, no longer than the positive prediction",
      .source = "Qin et al. 2025, Lumina-Image 2.0, section 4 (CFG-Renorm and CFG-Trunc)"};
  double cfg_trunc = 100.0;
  double renorm_cfg = 1.0;
  static constexpr auto params = ks::params(
      ks::param(&RenormCfg::cfg_trunc,
                {"cfg_trunc", "Guidance begins below this noise level; above, the positive alone", 0.0,
                 100.0}),
      ks::param(
          &RenormCfg::renorm_cfg,
          {"renorm_cfg", "The most length, as a multiple of the positive's; 0: any", 0.0, 100.0}));

  void guide(ks::Guidance& g) const {
    if (g.sigma >= cfg_trunc) {
      g.denoised = 1.0 * g.positive;
      return;
    }
    g.denoised = plain(g);
    if (renorm_cfg == 0.0) return;
    const ks::PerItem most = renorm_cfg * norm(g.positive);
    g.denoised = ks::each(g.denoised) * ks::min(most / ks::max(norm(g.denoised), 1e-24), 1.0);
  }
};

KS_GUIDER(RenormCfg)
