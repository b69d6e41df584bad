// SPDX-License-Identifier: Apache-2.0
//
// White noise with noise of smaller sizes added to it, each of which counts less than the one before:
//   n <- n + d n_2 + d^2 n_4 + ...,   n_k white at 1/k of the size, brought to the latent's
//   n <- n / sqrt(mean n^2), over each item
#include <ks/filter.hpp>
#include <ks/noise.hpp>

#include <algorithm>
#include <cmath>

struct Pyramid {
  static constexpr ks::NoiseInfo info = {
      .id = "pyramid",
      .title = "Pyramid",
      .summary = "White noise, and noise of smaller sizes: large areas differ more",
      .source = "Whitaker 2023, Multi-resolution noise for diffusion model training",
      .unit = true,
      .by_item = true};
  double discount = 0.8;
  std::uint32_t levels = 4;
  static constexpr auto params = ks::params(
      ks::param(&Pyramid::discount,
                {"discount", "How much each smaller size counts of the one before it", 0.0, 1.0}),
      ks::param(&Pyramid::levels,
                {"levels", "How many smaller sizes, each half of the one before", 1, 8}));

  void shape(ks::Draw& draw) const {
    const ks::Extent latent = ks::extent_of(draw.run().abi());
    double weight = 1.0;
    for (std::uint32_t level = 1; level <= levels; ++level) {
      const std::uint32_t height = latent.height >> level;
      const std::uint32_t width = latent.width >> level;
      if (height == 0 || width == 0) break;
      weight *= discount;
      // The mean of k cells of white noise has a standard deviation of 1 / sqrt(k).
      const double cells = static_cast<double>(latent.height) * latent.width / (1.0 * height * width);
      const ks::Tensor small = ks::coarse(draw.white(), height, width);
      draw.noise += (weight * std::sqrt(cells)) * small;
    }
    const ks::PerItem power = ks::mean(ks::each(draw.noise) * draw.noise);
    draw.noise = ks::each(draw.noise) / ks::sqrt(ks::max(power, 1e-30));
  }
};

KS_NOISE(Pyramid)
