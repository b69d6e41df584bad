// SPDX-License-Identifier: Apache-2.0
//
// Each draw resembles the one before: e_i = r e_(i-1) + sqrt(1 - r^2) z_i. What a sampler adds step by
// step then has the same places light and dark for some steps, as the frames of a film do.
#include <ks/noise.hpp>

#include <cmath>
#include <optional>

struct Correlated {
  static constexpr ks::NoiseInfo info = {
      .id = "correlated",
      .title = "Correlated",
      .summary = "Each draw resembles the one before it in the run",
      .source =
          "Ge et al. 2023, Preserve Your Own Correlation: A Noise Prior for Video Diffusion "
          "Models, progressive noise, eq. 4; there from frame to frame, here from draw to draw",
      .unit = true,
      .white = true,
      .by_item = true};
  double correlation = 0.5;
  static constexpr auto params = ks::params(ks::param(
      &Correlated::correlation,
      {"correlation", "Of a draw with the one before; below 0: their opposite", -0.99, 0.99}));

  std::optional<ks::Tensor> before;

  void shape(ks::Draw& draw) {
    if (before) {
      const double fresh = std::sqrt(1.0 - correlation * correlation);
      draw.noise = correlation * *before + fresh * draw.noise;
      *before = 1.0 * draw.noise;
    } else {
      before.emplace(1.0 * draw.noise);
    }
  }
};

KS_NOISE(Correlated)
