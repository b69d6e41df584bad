// SPDX-License-Identifier: Apache-2.0
//
// Another cfg for a part of the run: guidance in an interval of noise levels.
#include "guidance.hpp"

struct CfgOverride {
  static constexpr ks::GuiderInfo info = {
      .id = "cfg_override",
      .title = "CFGOverride",
      .summary = "Another cfg for a part of the run",
      .source =
          "Kynkaanniemi et al. 2024, Applying Guidance in a Limited Interval Improves Sample and "
          "Distribution Quality in Diffusion Models",
      .stage = ks::Stage::before,
      .positive_alone_at_1 = false};
  double cfg = 1.0;
  double start_percent = 0.0;
  double end_percent = 1.0;
  static constexpr auto params = ks::params(
      ks::param(&CfgOverride::cfg, {"cfg", "The cfg in that part", 0.0, 100.0}),
      ks::param(
          &CfgOverride::start_percent,
          {"start_percent", "Where the part begins, as a fraction of the way from noise", 0.0, 1.0}),
      ks::param(&CfgOverride::end_percent, {"end_percent", "Where it ends", 0.0, 1.0}));

  void guide(ks::Guidance& g) const {
    const ks::Model model = g.run().model();
    const double first = model.percent_to_sigma(start_percent);
    const double last = model.percent_to_sigma(end_percent);
    if (g.sigma <= first && g.sigma >= last) g.cfg = cfg;
  }
};

KS_GUIDER(CfgOverride)
