// SPDX-License-Identifier: Apache-2.0
//
// Gradient noise (Perlin 1985, with the weights of Perlin 1985: s(t) = 3 t^2 - 2 t^3), mixed with white
// noise. On a lattice there is a random gradient g for each point; in between, where t is how far a
// cell is from the point before, in steps of the lattice,
//   P = the sum over the 4 points around of s(1 - |t_x|) s(1 - |t_y|) (g_x t_x + g_y t_y)
//   n <- sqrt(1 - share) n + sqrt(share) P / sqrt(mean var P)
// A host has no lattice for a plugin, but brings noise to fewer cells and, linear, back. Along one
// direction that is L = (1 - t) g_0 + t g_1; of noise times the index of its area it is
// K = (1 - t) i g_0 + t (i + 1) g_1. From these two each gradient comes back, with the weight that it
// had:
//   t g_1 = K - i L,   (1 - t) g_0 = (i + 1) L - K
#include <ks/filter.hpp>
#include <ks/noise.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

struct Perlin {
  static constexpr ks::NoiseInfo info = {
      .id = "perlin",
      .title = "Perlin",
      .summary = "Soft hills and valleys of one size, in white noise",
      .source = "Perlin 1985, An Image Synthesizer",
      .by_item = true};
  std::uint32_t period = 8;
  double share = 0.5;
  static constexpr auto params = ks::params(
      ks::param(&Perlin::period,
                {"period",
                 "Cells from one point of the lattice to the next: about so many, as they divide the "
                 "latent's side; a side that is prime has no lattice",
                 2, 1024}),
      ks::param(&Perlin::share, {"share", "Of the variance that is not white", 0.0, 1.0}));

  // A cell's place along one direction: what L and K count in a sum over the two points around.
  struct Weights {
    std::array<double, 2> plain;  // of s g
    std::array<double, 2> slope;  // of s t g
    double plain_power;           // the sum of s^2
    double slope_power;           // of (s t)^2
  };
  static Weights weights(std::uint32_t cell, std::uint32_t side, std::uint32_t points) {
    const double place = std::clamp((cell + 0.5) * points / side - 0.5, 0.0, points - 1.0);
    const double i = std::floor(place), t = place - i;
    // s over the linear weight, which L and K have in them.
    const double s_0 = 3 * (1 - t) - 2 * (1 - t) * (1 - t), s_1 = 3 * t - 2 * t * t;
    const auto of = [i](double q_0, double q_1) {
      return std::array{q_0 * (i + 1) - q_1 * i, q_1 - q_0};
    };
    const double w_0 = (1 - t) * s_0, w_1 = t * s_1;
    return {of(s_0, s_1), of(s_0 * t, s_1 * (t - 1)), w_0 * w_0 + w_1 * w_1,
            w_0 * w_0 * t * t + w_1 * w_1 * (t - 1) * (t - 1)};
  }

  // How many points fit, each in the middle of an area of whole cells: at least 2, where they can.
  std::uint32_t points_along(std::uint32_t side) const {
    const std::uint32_t wanted = std::max(side / period, 2u);
    for (std::uint32_t points = wanted; points >= 2; --points) {
      if (side % points == 0) return points;
    }
    for (std::uint32_t points = wanted + 1; points < side; ++points) {
      if (side % points == 0) return points;
    }
    return 1;
  }

  std::vector<ks::PerPixel> indices;  // by which noise is multiplied before: 1, column, row, both
  std::vector<ks::PerPixel> of_x;     // what each counts for g_x
  std::vector<ks::PerPixel> of_y;
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;
  double to_unit = 0;

  void begin(const ks::Run& run) {
    const ks::Extent latent = ks::extent_of(run.abi());
    rows = points_along(latent.height);
    columns = points_along(latent.width);
    std::array<std::vector<double>, 4> index, x, y;
    double power = 0;
    for (std::uint32_t r = 0; r < latent.height; ++r) {
      const Weights down = weights(r, latent.height, rows);
      const double row = std::floor(1.0 * r * rows / latent.height);
      for (std::uint32_t c = 0; c < latent.width; ++c) {
        const Weights across = weights(c, latent.width, columns);
        const double column = std::floor(1.0 * c * columns / latent.width);
        power += across.slope_power * down.plain_power + across.plain_power * down.slope_power;
        for (std::size_t k = 0; k < 4; ++k) {
          index[k].push_back((k % 2 == 0 ? 1 : column) * (k < 2 ? 1 : row));
          x[k].push_back(across.slope[k % 2] * down.plain[k / 2]);
          y[k].push_back(across.plain[k % 2] * down.slope[k / 2]);
        }
      }
    }
    const double cells = static_cast<double>(latent.height) * latent.width;
    // The mean over an area has less variance than a cell, by their number.
    const double of_mean = cells / rows / columns;
    to_unit = power > 0 ? std::sqrt(of_mean * cells / power) : 0;
    for (std::size_t k = 0; k < 4; ++k) {
      indices.push_back(ks::filled(run.abi(), index[k]));
      of_x.push_back(ks::filled(run.abi(), x[k]));
      of_y.push_back(ks::filled(run.abi(), y[k]));
    }
  }

  void shape(ks::Draw& draw) const {
    if (to_unit == 0) return;  // a lattice of one point
    draw.noise *= std::sqrt(1 - share);
    for (const std::vector<ks::PerPixel>* const gradients : {&of_x, &of_y}) {
      const ks::Tensor white = draw.white();
      for (std::size_t k = 0; k < 4; ++k) {
        const ks::Tensor indexed = ks::each(white) * indices[k];
        const ks::Tensor there = ks::coarse(indexed, rows, columns);
        draw.noise = ks::each(draw.noise) + std::sqrt(share) * to_unit * (*gradients)[k] * there;
      }
    }
  }
};

KS_NOISE(Perlin)
