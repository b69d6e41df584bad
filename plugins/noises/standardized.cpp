// SPDX-License-Identifier: Apache-2.0
//
// Each channel of an item has mean 0 and variance 1 exactly, and not on average alone: no draw has a
// colour or a strength of its own. (z - mean) / deviation
#include <ks/noise.hpp>

struct Standardized {
  static constexpr ks::NoiseInfo info = {
      .id = "standardized",
      .title = "Standardized",
      .summary = "Each channel with mean 0 and variance 1 exactly: no draw has a colour of its own",
      .source = "the sample moments of each channel, as z-scores",
      .unit = true,
      .by_item = true};

  void shape(ks::Draw& draw) const {
    const ks::PerChannel mean = ks::mean(draw.noise);
    const ks::PerChannel variance =
        ks::mean((ks::each(draw.noise) - mean) * (ks::each(draw.noise) - mean));
    // Of a latent of one pixel nothing is left.
    draw.noise = (ks::each(draw.noise) - mean) / ks::sqrt(ks::max(variance, 1e-12));
  }
};

KS_NOISE(Standardized)
