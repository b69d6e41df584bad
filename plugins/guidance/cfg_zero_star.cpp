// SPDX-License-Identifier: Apache-2.0
//
// The unconditional prediction, scaled to be as near as it can to the conditional one, and nothing done
// in the first steps, where a flow's prediction is worse than none.
//   s* = <v_c, v_u> / |v_u|^2,    v = s* v_u + cfg (v_c - s* v_u)
// v is the velocity, of the direction of x - D; ComfyUI's node measures s* there, and scales D_u. What
// this differs by from plain guidance, (1 - cfg) (s* - 1) v_u, is added to what was guided, however it
// was.
#include "guidance.hpp"

enum class Scaled { velocity, denoised };

struct CfgZeroStar {
  static constexpr ks::GuiderInfo info = {
      .id = "cfg_zero_star",
      .title = "CFG-Zero*",
      .summary = "The negative prediction, first scaled to be nearest to the positive",
      .source =
          "Fan et al. 2025, CFG-Zero*: Improved Classifier-Free Guidance for Flow Matching Models, "
          "equation 9 and Algorithm 1",
      .stage = ks::Stage::after};
  Scaled scaled = Scaled::velocity;
  int zero_init_steps = 0;
  static constexpr const char* choices[] = {"velocity", "denoised"};
  static constexpr auto params = ks::params(
      ks::choice(&CfgZeroStar::scaled,
                 {"scaled", "What is scaled: the velocity, or D, as in ComfyUI's node"}, choices),
      ks::param(
          &CfgZeroStar::zero_init_steps,
          {"zero_init_steps", "Model calls at the beginning that are answered with x", 0, 10000}));

  void guide(ks::Guidance& g) const {
    if (g.call < static_cast<std::uint32_t>(zero_init_steps)) {
      g.denoised = 1.0 * g.x;
      return;
    }
    const ks::Tensor positive = g.x - g.positive;
    const ks::Tensor negative = g.x - g.negative;
    const ks::PerItem both = dot(positive, negative);
    const ks::PerItem square = dot(negative, negative);
    const ks::PerItem scale = both / (square + 1e-8);
    const ks::PerItem more = (1.0 - g.cfg) * (scale - 1.0);
    if (scaled == Scaled::denoised) {
      g.denoised = ks::each(g.denoised) + more * g.negative;
    } else {
      g.denoised = ks::each(g.denoised) - more * negative;
    }
  }
};

KS_GUIDER(CfgZeroStar)
