// SPDX-License-Identifier: Apache-2.0
//
// Less predicted noise, against the drift of a run from what the model was trained on.
//   D <- x - (x - D) / scaling_factor
#include "guidance.hpp"

struct EpsilonScaling {
  static constexpr ks::GuiderInfo info = {
      .id = "epsilon_scaling",
      .title = "Epsilon Scaling",
      .summary = "Less predicted noise, against the exposure bias of a run",
      .source = "Ning et al. 2023, Elucidating the Exposure Bias in Diffusion Models, section 5",
      .stage = ks::Stage::after,
      .positive_alone_at_1 = true};
  double scaling_factor = 1.005;
  static constexpr auto params =
      ks::params(ks::param(&EpsilonScaling::scaling_factor,
                           {"scaling_factor", "The predicted noise is divided by it", 0.5, 1.5}));

  void guide(ks::Guidance& g) const { g.denoised = g.x - (1.0 / scaling_factor) * (g.x - g.denoised); }
};

KS_GUIDER(EpsilonScaling)
