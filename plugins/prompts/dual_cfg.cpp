// SPDX-License-Identifier: Apache-2.0
//
// Guidance with a second prompt, around the guidance between the positive and the negative one, D:
//   regular   D <- D + scale (D_s - D_c)     from the positive prompt towards the second
//   nested    D <- D_s + scale (D - D_s)     from the second prompt, a negative one, towards D
// Whatever other guiders make of the pair is within D.
#include <ks/guider.hpp>

enum class DualStyle { regular, nested };

struct DualCfg {
  static constexpr ks::GuiderInfo info = {
      .id = "dual_cfg",
      .title = "Dual CFG",
      .summary = "Guidance with a second prompt: towards it, or nested, away from it",
      .source =
          "Brooks et al. 2023, InstructPix2Pix, equation 3 (regular); ComfyUI's DualCFGGuider (nested)",
      .stage = ks::Stage::after,
      .positive_alone_at_1 = true,
      .needs_second = true};
  double scale = 8.0;
  DualStyle style = DualStyle::regular;
  static constexpr const char* styles[] = {"regular", "nested"};
  static constexpr auto params = ks::params(
      ks::param(&DualCfg::scale, {"scale", "How far; nested, 1 is not at all", 0.0, 100.0}),
      ks::choice(&DualCfg::style, {"style", "regular: towards the second prompt; nested: away from it"},
                 styles));

  void guide(ks::Guidance& g) const {
    if (style == DualStyle::nested) {
      g.denoised = g.second + scale * (g.denoised - g.second);
    } else {
      g.denoised = g.denoised + scale * (g.second - g.positive);
    }
  }
};

KS_GUIDER(DualCfg)
