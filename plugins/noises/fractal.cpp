// SPDX-License-Identifier: Apache-2.0
//
// Noise whose power falls with the frequency, as that of natural pictures does: 1 / f^alpha, by the
// Fourier transform of white noise. alpha 0 is white, 1 pink, 2 brown; below 0 it rises (blue noise).
//   n <- F^-1[ g F[n] ],   g(f) = f^(-alpha / 2), scaled so that the mean of g^2 is 1
// Frequency 0 counts as the lowest one above it, so that no picture is lighter than all others.
#include <ks/filter.hpp>
#include <ks/noise.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

struct Fractal {
  static constexpr ks::NoiseInfo info = {
      .id = "fractal",
      .title = "Fractal, 1/f^alpha",
      .summary = "More of what is smooth, and less of what is fine, as in natural pictures",
      .source =
          "Field 1987, Relations between the statistics of natural images and the response "
          "properties of cortical cells, section 4",
      .unit = true,
      .by_item = true};
  double alpha = 0.5;
  static constexpr auto params = ks::params(
      ks::param(&Fractal::alpha,
                {"alpha", "How fast power falls; 0: white noise, 2: brown, below 0: blue", -4.0, 4.0}));

  std::optional<ks::PerPixel> gains;

  void begin(const ks::Run& run) {
    const ks::Extent latent = ks::extent_of(run.abi());
    const double lowest = 1.0 / std::max(latent.height, latent.width);
    std::vector<double> numbers;
    double power = 0.0;
    for (std::uint32_t i = 0; i < latent.height; ++i) {
      for (std::uint32_t j = 0; j < latent.width; ++j) {
        const double f = std::hypot(frequency(i, latent.height), frequency(j, latent.width));
        numbers.push_back(std::pow(std::max(f, lowest), -alpha / 2));
        power += numbers.back() * numbers.back();
      }
    }
    const double scale = std::sqrt(static_cast<double>(numbers.size()) / power);
    for (double& gain : numbers) gain *= scale;
    gains.emplace(ks::filled(run.abi(), numbers));
  }

  void shape(ks::Draw& draw) const { draw.noise = ks::fourier(draw.noise, *gains, ks::Transform::dft); }

 private:
  // In cycles a cell, from 0 to 0.5.
  static double frequency(std::uint32_t bin, std::uint32_t count) {
    return static_cast<double>(std::min(bin, count - bin)) / count;
  }
};

KS_NOISE(Fractal)
