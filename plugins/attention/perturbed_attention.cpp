// SPDX-License-Identifier: Apache-2.0
//
// Away from what the network makes of x where its middle cannot look from place to place, and so loses
// the picture's structure:
//   D = D_guided + scale (D_c - D_perturbed)
// Works beside any guidance, and without a negative prompt.
#include <ks/guider.hpp>

struct PerturbedAttention {
  static constexpr ks::GuiderInfo info = {
      .id = "perturbed_attention",
      .title = "Perturbed-Attention Guidance",
      .summary = "Away from a prediction whose self-attention was taken out",
      .source =
          "Ahn et al. 2024, Self-Rectifying Diffusion Sampling with Perturbed-Attention Guidance "
          "(2403.17377)",
      .stage = ks::Stage::after,
      .positive_alone_at_1 = true,
      .needs_perturbed = true};
  double scale = 3.0;
  static constexpr auto params =
      ks::params(ks::param(&PerturbedAttention::scale, {"scale", "How far away", 0.0, 100.0}));

  void guide(ks::Guidance& g) const { g.denoised = g.denoised + scale * (g.positive - g.perturbed); }
};

KS_GUIDER(PerturbedAttention)
