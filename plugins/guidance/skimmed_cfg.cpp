// SPDX-License-Identifier: Apache-2.0
//
// No more than a smaller scale where guidance drives an element outwards, which is what burns colours
// at high cfg. From u towards c, D = u + cfg (c - u) drives an element outwards where c, c - u and D
// have one sign and, with the flipping filter, D - x has it, too. There
//   skim:          c <- c - (cfg - s) / cfg (c - u),   so that guidance gives u + s (c - u)
//   interpolate:   D_u <- (1 - w) D_c + w D_u,  w = (s - 1) / (cfg - 1),   likewise
// `skim` first has the positive in the place of u and the negative in that of c, and then the other way
// about; `interpolate` begins with the positive.
#include "guidance.hpp"

enum class SkimMethod { skim, interpolate };

struct SkimmedCfg {
  static constexpr ks::GuiderInfo info = {
      .id = "skimmed_cfg",
      .title = "Skimmed CFG",
      .summary = "Less guidance where it would burn colours, so that cfg can be high elsewhere",
      .source =
          "Extraltodeus 2024, Skimmed_CFG: the nodes Skimmed CFG, and Skimmed CFG - linear "
          "interpolation",
      .stage = ks::Stage::before,
      .positive_alone_at_1 = true};
  SkimMethod method = SkimMethod::skim;
  double scale = 7.0;
  bool full_skim_negative = false;
  bool flipping_filter = true;
  static constexpr const char* methods[] = {"skim", "interpolate"};
  static constexpr auto params = ks::params(
      ks::choice(&SkimmedCfg::method,
                 {"method", "What is changed: the prediction that drives, or the negative"}, methods),
      ks::param(&SkimmedCfg::scale, {"scale", "The scale there; 1: the positive alone", 0.0, 100.0}),
      ks::param(&SkimmedCfg::full_skim_negative,
                {"full_skim_negative", "skim: scale 0 where it is the negative that drives"}),
      ks::param(&SkimmedCfg::flipping_filter,
                {"flipping_filter", "Spares what guidance brings back towards 0 from x"}));

  // Above 0 where guidance from `u` towards `c` drives an element outwards.
  ks::Expression outwards(const ks::Guidance& g, const ks::Tensor& u, const ks::Tensor& c) const {
    const ks::Expression guided = ks::each(u + g.cfg * (c - u));
    const ks::Expression driven = ks::min(ks::each(c) * (c - u), ks::each(c) * guided);
    return flipping_filter ? ks::min(driven, guided * (guided - g.x)) : driven;
  }

  void guide(ks::Guidance& g) const {
    if (g.cfg == 1.0 || g.cfg == 0.0) return;  // nothing is driven, or nothing is left to divide by
    if (method == SkimMethod::skim) {
      skim(g, g.positive, g.negative, full_skim_negative ? 0.0 : scale);
      skim(g, g.negative, g.positive, scale);
    } else {
      interpolate(g, g.negative, g.positive);
      interpolate(g, g.positive, g.negative);
    }
  }

  void skim(const ks::Guidance& g, const ks::Tensor& u, ks::Tensor& c, double to) const {
    c = ks::where(outwards(g, u, c), c - (g.cfg - to) / g.cfg * (c - u), c);
  }
  void interpolate(ks::Guidance& g, const ks::Tensor& u, const ks::Tensor& c) const {
    const double weight = (scale - 1.0) / (g.cfg - 1.0);
    g.negative =
        ks::where(outwards(g, u, c), g.positive + weight * (g.negative - g.positive), g.negative);
  }
};

KS_GUIDER(SkimmedCfg)
