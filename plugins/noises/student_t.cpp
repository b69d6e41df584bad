// SPDX-License-Identifier: Apache-2.0
//
// Each element from Student's t distribution of nu degrees of freedom, with variance 1, by its
// definition: z sqrt((nu - 2) / (w_1^2 + ... + w_nu^2)) with nu more draws w.
#include <ks/noise.hpp>

#include <cstdint>

struct StudentT {
  static constexpr ks::NoiseInfo info = {
      .id = "student_t",
      .title = "Student's t",
      .summary = "Each element from Student's t distribution: heavy tails, a few very extreme elements",
      .source =
          "Student 1908, The Probable Error of a Mean; as noise of diffusion: Pandey et al. 2024, "
          "Heavy-Tailed Diffusion Models",
      .unit = true,
      .white = true,
      .by_item = true};
  std::int64_t nu = 5;
  // From 5 on the fourth moment is finite, and with it how far a draw's variance is from 1.
  static constexpr auto params = ks::params(ks::param(
      &StudentT::nu, {"nu", "Degrees of freedom: fewer, heavier tails; a draw more for each", 5, 12}));

  void shape(ks::Draw& draw) const {
    ks::Tensor squares = 0.0 * draw.noise;
    for (std::int64_t k = 0; k < nu; ++k) {
      const ks::Tensor w = draw.white();
      squares = ks::each(squares) + ks::each(w) * w;
    }
    draw.noise = ks::each(draw.noise) * ks::sqrt(static_cast<double>(nu - 2) / ks::each(squares));
  }
};

KS_NOISE(StudentT)
