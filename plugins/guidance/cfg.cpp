// SPDX-License-Identifier: Apache-2.0
//
// Classifier-free guidance.
//   D = D_u + cfg (D_c - D_u)
#include "guidance.hpp"

struct Cfg {
  static constexpr ks::GuiderInfo info = {
      .id = "cfg",
      .title = "Classifier-free guidance",
      .summary = "From the negative prediction towards the positive, and beyond",
      .source = "Ho and Salimans 2022, Classifier-Free Diffusion Guidance, equation 6",
      .positive_alone_at_1 = true};

  void guide(ks::Guidance& g) const {
    if (g.has_negative()) {
      g.denoised = plain(g);
    } else {
      g.denoised = 1.0 * g.positive;
    }
  }
};

KS_GUIDER(Cfg)
