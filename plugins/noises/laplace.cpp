// SPDX-License-Identifier: Apache-2.0
//
// Each element from a Laplace distribution of variance 1, by inversion: -sign(z) ln P(|Z| > |z|) /
// sqrt 2.
#include "tail.hpp"

struct Laplace {
  static constexpr ks::NoiseInfo info = {
      .id = "laplace",
      .title = "Laplace",
      .summary = "Each element from a Laplace distribution: more small and more extreme ones",
      .source = "Devroye 1986, Non-Uniform Random Variate Generation, chapter II.2 (inversion)",
      .unit = true,
      .white = true,
      .by_item = true};

  void shape(ks::Draw& draw) const {
    const LogTail tail(draw.noise);
    draw.noise = -1.0 / std::numbers::sqrt2 * ks::sign(ks::each(draw.noise)) * tail.formula();
  }
};

KS_NOISE(Laplace)
