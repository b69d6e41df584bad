// SPDX-License-Identifier: Apache-2.0
//
// What is beyond a quantile of its sizes is cut off, and the whole is scaled back to the threshold.
//   s = max(threshold, quantile_p |D|),   D <- clamp(D, -s, s) threshold / s
// Made for pixels, whose threshold is 1; a latent's is that of its values.
#include "guidance.hpp"

struct DynamicThresholding {
  static constexpr ks::GuiderInfo info = {
      .id = "dynamic_thresholding",
      .title = "Dynamic thresholding",
      .summary = "The largest values of what was guided cut off, against too strong contrast",
      .source =
          "Saharia et al. 2022, Photorealistic Text-to-Image Diffusion Models with Deep Language "
          "Understanding, section 2.3",
      .stage = ks::Stage::after,
      .positive_alone_at_1 = true};
  double percentile = 0.995;
  double threshold = 4.0;
  static constexpr auto params = ks::params(
      ks::param(&DynamicThresholding::percentile,
                {"percentile", "The quantile of the sizes that is kept", 0.0, 1.0}),
      ks::param(&DynamicThresholding::threshold,
                {"threshold", "Below this size nothing is cut off; 1 for pixels", 0.01, 1000.0}));

  void guide(ks::Guidance& g) const {
    const ks::Tensor sizes = ks::abs(ks::each(g.denoised));
    const ks::PerItem quantile = ks::quantile(sizes, percentile);
    const ks::PerItem limit = ks::max(quantile, threshold);
    g.denoised = ks::clamp(ks::each(g.denoised), -limit, limit) * (threshold / limit);
  }
};

KS_GUIDER(DynamicThresholding)
