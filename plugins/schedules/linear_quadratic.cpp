// SPDX-License-Identifier: Apache-2.0
//
// Small linear steps through the first threshold_noise of the way, then quadratic ones to its end
// (Genmo's Mochi, Apache-2.0; Polyak et al. 2024, Movie Gen). With n steps, m of them linear, and th
// the threshold, a fraction p of the way lies behind step i:
//   i < m:   p = th / m * i
//   i >= m:  p = a * i^2 + b * i + a * m^2,  a = (m - th * n) / (m * (n - m)^2),
//                                           b = th / m - 2 * (m - th * n) / (n - m)^2
//   sigma_i = (1 - p) * sigma_max
#include <ks/scheduler.hpp>

struct LinearQuadratic {
  double threshold_noise = 0.025;
  std::uint32_t linear_steps = 0;  // 0: half of the steps

  static constexpr ks::SchedulerInfo info = {
      .id = "linear_quadratic",
      .title = "Linear-quadratic",
      .summary = "Many small steps at the highest noise, then ever larger ones; for video flow models",
      .source = "Genmo, Mochi 1; Polyak et al. 2024, Movie Gen: A Cast of Media Foundation Models"};
  static constexpr auto params = ks::params(
      ks::param(&LinearQuadratic::threshold_noise,
                {"threshold_noise", "The fraction of the way that the linear steps go", 0, 1}),
      ks::param(&LinearQuadratic::linear_steps,
                {"linear_steps", "How many steps are linear; 0: half of them", 0, 10000}));

  // Where step i of n begins, as a fraction of the way.
  double progress(double i, double n, double m) const {
    const double slope = threshold_noise / m;
    if (i < m) return i * threshold_noise / m;
    const double rest = m - threshold_noise * n;
    const double a = rest / (m * (n - m) * (n - m));
    const double b = slope - 2 * rest / ((n - m) * (n - m));
    return a * (i * i) + b * i + a * (m * m);
  }

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const std::uint32_t half = steps / 2;
    const std::uint32_t linear = linear_steps == 0 ? half : std::min(linear_steps, steps - 1);
    const auto sigma_max = static_cast<float>(model.sigma_max());
    std::vector<double> sigmas;
    for (std::uint32_t i = 0; i < steps; ++i) {
      const double p = steps == 1 ? 0.0 : progress(i, steps, linear);
      sigmas.push_back(static_cast<float>(1.0 - p) * sigma_max);
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(LinearQuadratic)
