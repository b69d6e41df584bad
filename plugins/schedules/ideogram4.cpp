// SPDX-License-Identifier: Apache-2.0
//
// The quantiles of a logit-normal distribution of sigma, which moves towards high noise with the size
// of the image, and keeps off both ends (Ideogram, Ideogram 4: its reference schedule, as in diffusers'
// Ideogram4Pipeline).
//   sigma_i = 1 / (1 + e^-y_i),  y_i = m + std * Phi^-1(1 - i / n);  then 0
//   m = mu + ln(width * height / 512^2) / 2
//   -15 <= ln SNR <= 18, so that y is between -7.5 and 9
#include "normal_quantile.hpp"
#include "time_shift.hpp"

#include <algorithm>
#include <cmath>

struct Ideogram4 {
  std::uint32_t width = 1024;
  std::uint32_t height = 1024;
  double mu = 0;
  double std = 1.75;

  static constexpr ks::SchedulerInfo info = {
      .id = "ideogram4",
      .title = "Ideogram 4",
      .summary = "Logit-normal, shifted towards high noise by the size of the image",
      .source = "Ideogram, Ideogram 4, its reference schedule; diffusers, Ideogram4Pipeline"};
  static constexpr auto params = ks::params(
      ks::param(&Ideogram4::width, {"width", "Of the image, in pixels", 16, 16384}),
      ks::param(&Ideogram4::height, {"height", "Of the image, in pixels", 16, 16384}),
      ks::param(&Ideogram4::mu, {"mu", "Mean of the logit for 512 x 512 pixels", -10, 10}),
      ks::param(&Ideogram4::std, {"std", "Of the logit; small: all steps in one place", 0.05, 5}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    constexpr double kLeast = -7.5;
    constexpr double kMost = 9.0;
    constexpr double kPixels = 512.0 * 512.0;
    require_flow(model, "ideogram4");
    const double mean = mu + 0.5 * std::log(static_cast<double>(width) * height / kPixels);
    std::vector<double> sigmas;
    for (std::uint32_t i = 0; i < steps; ++i) {
      // Phi^-1(1) is infinite.
      const double y = i == 0 ? kMost : mean + std * upper_normal_quantile(i, steps);
      sigmas.push_back(static_cast<float>(1 / (1 + std::exp(-std::clamp(y, kLeast, kMost)))));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Ideogram4)
