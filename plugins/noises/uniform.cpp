// SPDX-License-Identifier: Apache-2.0
//
// Each element from a uniform distribution of variance 1, by the distribution function of the Gaussian:
//   sqrt 3 sign(z) P(|Z| < |z|)
#include "tail.hpp"

struct Uniform {
  static constexpr ks::NoiseInfo info = {
      .id = "uniform",
      .title = "Uniform",
      .summary = "Each element from -sqrt 3 to sqrt 3, all as likely: none is extreme",
      .source = "Devroye 1986, Non-Uniform Random Variate Generation, chapter II.2 (inversion)",
      .unit = true,
      .white = true,
      .by_item = true};

  void shape(ks::Draw& draw) const {
    const LogTail tail(draw.noise);
    draw.noise = std::numbers::sqrt3 * ks::sign(ks::each(draw.noise)) * (1.0 - ks::exp(tail.formula()));
  }
};

KS_NOISE(Uniform)
