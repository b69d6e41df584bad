// SPDX-License-Identifier: Apache-2.0
//
// Similarity-adaptive guidance: as much of cfg D_c in place of what was guided as the two are unlike.
//   s = mean over pixels of cos(root(cfg D_u), root((cfg D_c + D) / 2)),  root(x) = sign(x) sqrt|x|
//   w = 2 (s + 1),   D <- (w D + (4 - w) cfg D_c) / 4
// The cosine is over the channels of a pixel. For each item; ComfyUI takes the mean over the batch.
#include "guidance.hpp"

struct Mahiro {
  static constexpr ks::GuiderInfo info = {
      .id = "mahiro",
      .title = "Mahiro",
      .summary = "Less of the negative where it is unlike what was guided: follows the prompt more",
      .source = "yoinked-h, Similarity-Adaptive Guidance, as in ComfyUI's Mahiro",
      .stage = ks::Stage::after};

  void guide(ks::Guidance& g) const {
    const auto root = [](const ks::Expression& x) { return ks::sign(x) * ks::sqrt(ks::abs(x)); };
    const ks::Tensor negative = root(g.cfg * ks::each(g.negative));
    const ks::Tensor merged = root(ks::each(0.5 * g.cfg * g.positive + 0.5 * g.denoised));
    const ks::PerPixel both = ks::sum(ks::each(negative) * merged);
    const ks::PerPixel length = ks::sum(ks::each(negative) * negative);
    const ks::PerPixel length_merged = ks::sum(ks::each(merged) * merged);
    const ks::PerItem similarity =
        ks::mean(both / (ks::max(ks::sqrt(length), 1e-8) * ks::max(ks::sqrt(length_merged), 1e-8)));
    const ks::PerItem w = 0.5 * (similarity + 1.0);
    g.denoised = w * g.denoised + (1.0 - w) * (g.cfg * g.positive);
  }
};

KS_GUIDER(Mahiro)
