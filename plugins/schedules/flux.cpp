// SPDX-License-Identifier: Apache-2.0
//
// Equal steps of time, shifted towards high noise, more so for larger images (Black Forest Labs,
// FLUX.1, Apache-2.0: src/flux/sampling.py). With L the number of image tokens, one for 16x16 pixels,
//   sigma(t) = e^mu / (e^mu + 1/t - 1),  t = 1 - i / n
//   mu = the line through (256, base_shift) and (4096, max_shift) at L
// FLUX.1 schnell has no shift: base_shift and max_shift 0.
#include "time_shift.hpp"

struct Flux {
  std::uint32_t width = 1360;  // of the published demo
  std::uint32_t height = 768;
  double base_shift = 0.5;
  double max_shift = 1.15;

  static constexpr ks::SchedulerInfo info = {
      .id = "flux",
      .title = "FLUX.1",
      .summary = "Shifted towards high noise by the size of the image",
      .source = "Black Forest Labs, FLUX.1, src/flux/sampling.py"};
  static constexpr auto params =
      ks::params(ks::param(&Flux::width, {"width", "Of the image, in pixels", 16, 16384}),
                 ks::param(&Flux::height, {"height", "Of the image, in pixels", 16, 16384}),
                 ks::param(&Flux::base_shift, {"base_shift", "mu of 256 x 256 pixels", -10, 10}),
                 ks::param(&Flux::max_shift, {"max_shift", "mu of 1024 x 1024 pixels", -10, 10}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    require_flow(model, "flux");
    const double tokens = std::nearbyint(static_cast<double>(width) * height / (16 * 16));
    // Beyond the line's ends it goes on, but not to where e^mu overflows.
    const double mu = std::clamp(mu_on_line(tokens, 256, base_shift, 4096, max_shift), -20.0, 20.0);
    return shifted_times(mu, steps);
  }
};

KS_SCHEDULER(Flux)
