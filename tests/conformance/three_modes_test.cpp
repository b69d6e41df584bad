// The end of the flow that orders are measured against.
#include "host/conformance/three_modes.hpp"

#include <gtest/gtest.h>

namespace ksampler::toy {
namespace {

// dx/dsigma = (x - D) / sigma by the classical Runge-Kutta method.
Vector integrated(const ThreeModes& data, int steps) {
  const Denoiser denoiser = data.denoiser();
  const auto slope = [&](const Vector& at, double sigma) {
    Vector d = denoiser(at, sigma);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = (at[i] - d[i]) / sigma;
    return d;
  };
  const auto along = [](Vector from, const Vector& d, double h) {
    for (std::size_t i = 0; i < from.size(); ++i) from[i] += h * d[i];
    return from;
  };
  Vector x = data.start();
  const double h = (data.last() - data.first()) / steps;
  for (int n = 0; n < steps; ++n) {
    const double s = data.first() + n * h;
    const Vector k1 = slope(x, s), k2 = slope(along(x, k1, h / 2), s + h / 2);
    const Vector k3 = slope(along(x, k2, h / 2), s + h / 2), k4 = slope(along(x, k3, h), s + h);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  return x;
}

TEST(ThreeModes, EndWhereTheFlowDoes) {
  for (const bool flow : {false, true}) {
    const ThreeModes data{flow};
    const Vector coarse = integrated(data, 800), fine = integrated(data, 1600), end = data.end();
    for (std::size_t i = 0; i < end.size(); ++i) {
      // Extrapolated to fifth order; some thousand roundings of float64 are left.
      EXPECT_NEAR(fine[i] + (fine[i] - coarse[i]) / 15, end[i], 1e-13) << i;
    }
  }
}

}  // namespace
}  // namespace ksampler::toy
