// SPDX-License-Identifier: Apache-2.0
//
// The score, scaled as that of a distribution would be whose modes are k times as sharp.
//   r = (snr s^2 + 1) / (snr s^2 / k + 1),   noise <- r noise,   snr = (alpha / sigma)^2
// so that, of x = alpha D + sigma noise,  D <- x / alpha + r (D - x / alpha).
#include "guidance.hpp"

#include <cmath>

struct TemporalScoreRescaling {
  static constexpr ks::GuiderInfo info = {
      .id = "temporal_score_rescaling",
      .title = "Temporal Score Rescaling",
      .summary = "A sharper (k above 1) or wider distribution, by the length of the predicted noise",
      .source =
          "Xu et al. 2025, Temporal Score Rescaling for Temperature Sampling in Diffusion and Flow "
          "Models, equation 6",
      .stage = ks::Stage::after,
      .positive_alone_at_1 = true};
  double tsr_k = 0.95;
  double tsr_sigma = 1.0;
  static constexpr auto params = ks::params(
      ks::param(
          &TemporalScoreRescaling::tsr_k,
          {"tsr_k", "How strongly; lower: more detail, higher: smoother; 1: not at all", 0.01, 100.0}),
      ks::param(&TemporalScoreRescaling::tsr_sigma,
                {"tsr_sigma", "How early in the run it acts; larger: earlier", 0.01, 100.0}));

  void guide(ks::Guidance& g) const {
    const double alpha = g.run().model().is_flow() ? 1.0 - g.sigma : 1.0;
    if (alpha <= 0.0 || g.sigma == 0.0 || tsr_k == 1.0) return;
    const double part = alpha * alpha * tsr_sigma * tsr_sigma / (g.sigma * g.sigma);
    const double r = (part + 1.0) / (part / tsr_k + 1.0);
    g.denoised = ((1.0 - r) / alpha) * g.x + r * g.denoised;
  }
};

KS_GUIDER(TemporalScoreRescaling)
