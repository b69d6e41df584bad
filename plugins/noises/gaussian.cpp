// SPDX-License-Identifier: Apache-2.0
//
// The white noise itself: what models are trained with.
#include <ks/noise.hpp>

struct Gaussian {
  static constexpr ks::NoiseInfo info = {.id = "gaussian",
                                         .title = "Gaussian",
                                         .summary = "The noise that models are trained with",
                                         .source =
                                             "Ho et al. 2020, Denoising Diffusion "
                                             "Probabilistic Models, eq. 4",
                                         .unit = true,
                                         .white = true,
                                         .by_item = true};
  void shape(ks::Draw&) const {}
};

KS_NOISE(Gaussian)
