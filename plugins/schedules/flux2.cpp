// SPDX-License-Identifier: Apache-2.0
//
// Equal steps of time, shifted towards high noise, more so for larger images (Black Forest Labs,
// FLUX.2, Apache-2.0: src/flux2/sampling.py). With L the number of image tokens, one for 16x16 pixels,
//   sigma(t) = e^mu / (e^mu + 1/t - 1),  t = 1 - i / n
//   mu = the line through (10, m_10) and (200, m_200) at n steps; from 4300 tokens on, m_200
//   m_10 = 8.73809524e-5 * L + 1.89833333,  m_200 = 1.6927e-4 * L + 0.45666666     (fitted by BFL)
#include "time_shift.hpp"

struct Flux2 {
  std::uint32_t width = 1024;
  std::uint32_t height = 1024;

  static constexpr ks::SchedulerInfo info = {
      .id = "flux2",
      .title = "FLUX.2",
      .summary = "Shifted towards high noise by the size of the image and the number of steps",
      .source = "Black Forest Labs, FLUX.2, src/flux2/sampling.py"};
  static constexpr auto params =
      ks::params(ks::param(&Flux2::width, {"width", "Of the image, in pixels", 16, 16384}),
                 ks::param(&Flux2::height, {"height", "Of the image, in pixels", 16, 16384}));

  static double empirical_mu(double tokens, double steps) {
    const double m_10 = 8.73809524e-05 * tokens + 1.89833333;
    const double m_200 = 0.00016927 * tokens + 0.45666666;
    if (tokens > 4300) return m_200;
    const double slope = (m_200 - m_10) / 190.0;
    return slope * steps + (m_200 - 200.0 * slope);
  }

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    require_flow(model, "flux2");
    const double tokens = std::nearbyint(static_cast<double>(width) * height / (16 * 16));
    return shifted_times(empirical_mu(tokens, steps), steps);
  }
};

KS_SCHEDULER(Flux2)
