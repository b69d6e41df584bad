// SPDX-License-Identifier: Apache-2.0
//
// What was guided, no longer than the positive prediction, at each pixel over its channels.
//   D <- D min(1, |D_c| / (|D| + 1e-8)) strength
#include "guidance.hpp"

struct CfgNorm {
  static constexpr ks::GuiderInfo info = {
      .id = "cfg_norm",
      .title = "CFGNorm",
      .summary = "What was guided, at no pixel longer than the positive prediction",
      .source = "Qwen-Image's true cfg (Wu et al. 2025), as in ComfyUI's CFGNorm",
      .stage = ks::Stage::after,
      .positive_alone_at_1 = true};
  double strength = 1.0;
  static constexpr auto params =
      ks::params(ks::param(&CfgNorm::strength, {"strength", "Multiplies the result", 0.0, 100.0}));

  void guide(ks::Guidance& g) const {
    const ks::PerPixel positive = ks::sum(ks::each(g.positive) * g.positive);
    const ks::PerPixel guided = ks::sum(ks::each(g.denoised) * g.denoised);
    const ks::PerPixel scale =
        ks::clamp(ks::sqrt(positive) / (ks::sqrt(guided) + 1e-8), 0.0, 1.0) * strength;
    g.denoised = ks::each(g.denoised) * scale;
  }
};

KS_GUIDER(CfgNorm)
