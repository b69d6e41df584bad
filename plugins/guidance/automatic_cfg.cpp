// SPDX-License-Identifier: Apache-2.0
//
// The scale of each channel that brings its values to a size, in place of one scale for all of them.
// With D_r = D_u + r (D_c - D_u), and high and low the largest and smallest `share` of a channel of
// D_r:
//   size = (mean high + mean |low|) / 2,   D = D_u + r (cfg / 10) / size (D_c - D_u)
// `soft` takes |mean low|, `range` subtracts the channel's mean first, `hard_squared` squares the size.
// The means need no sort: where t is a quantile, mean high = t + mean max(D_r - t, 0) / share,
// whichever of the numbers between two neighbours it is. The author's code takes the share of each row
// of pixels.
#include "guidance.hpp"

enum class SizeMeasure { soft, hard, hard_squared, range };

struct AutomaticCfg {
  static constexpr ks::GuiderInfo info = {
      .id = "automatic_cfg",
      .title = "Automatic CFG",
      .summary =
          "For each channel the scale that brings its values to a size; cfg is that size times 10",
      .source = "Extraltodeus 2024, ComfyUI-AutomaticCFG, \"The rest of the explanation\"",
      .positive_alone_at_1 = true};
  SizeMeasure measure = SizeMeasure::hard;
  double share = 0.25;
  double reference_cfg = 8.0;
  static constexpr const char* measures[] = {"soft", "hard", "hard_squared", "range"};
  static constexpr auto params = ks::params(
      ks::choice(&AutomaticCfg::measure, {"measure", "How the size of a channel is measured"},
                 measures),
      ks::param(&AutomaticCfg::share,
                {"share", "How much of a channel counts as its largest and smallest", 0.01, 0.5}),
      ks::param(
          &AutomaticCfg::reference_cfg,
          {"reference_cfg", "The cfg that sizes are measured at; 0: the pipeline's", 0.0, 100.0}));

  // What `share` of each channel's values lies above, and below.
  ks::PerChannel size_of(const ks::Tensor& values) const {
    const ks::PerChannel high = ks::quantile(values, 1.0 - share);
    const ks::PerChannel low = ks::quantile(values, share);
    const ks::PerChannel above = ks::mean(ks::max(ks::each(values) - high, 0.0));
    const ks::Expression lowest =
        measure == SizeMeasure::soft
            ? ks::min(ks::each(values) - low, 0.0)
            : ks::where(low - ks::each(values), ks::abs(ks::each(values)) - ks::abs(low), 0.0);
    const ks::PerChannel below = ks::mean(lowest);
    const ks::Expression of_lowest = measure == SizeMeasure::soft
                                         ? ks::abs(low + (1.0 / share) * below)
                                         : ks::abs(low) + (1.0 / share) * below;
    ks::PerChannel size = 0.5 * (high + (1.0 / share) * above + of_lowest);
    if (measure == SizeMeasure::hard_squared) size = size * size;
    return size;
  }

  void guide(ks::Guidance& g) const {
    if (g.cfg == 1.0) {
      g.denoised = 1.0 * g.positive;
      return;
    }
    constexpr double kSizePerCfg = 0.1;
    constexpr double kFlat = 1e-6;  // below it a channel has no size to be brought to one
    const double reference = reference_cfg > 0.0 ? reference_cfg : g.cfg;
    ks::Tensor values = g.negative + reference * (g.positive - g.negative);
    if (measure == SizeMeasure::range) {
      const ks::PerChannel mean = ks::mean(values);
      values = ks::each(values) - mean;
    }
    const ks::PerChannel size = size_of(values);
    const ks::PerChannel scale =
        ks::where(size - kFlat, reference * kSizePerCfg * g.cfg / ks::max(size, kFlat), reference);
    g.denoised = ks::each(g.negative) + scale * (g.positive - g.negative);
  }
};

KS_GUIDER(AutomaticCfg)
