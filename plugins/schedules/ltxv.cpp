// SPDX-License-Identifier: Apache-2.0
//
// Equal steps of time, shifted towards high noise by the number of tokens, and then stretched so that
// the last level above 0 is `terminal` (Lightricks, LTX-Video: ltx_video/schedulers/rf.py).
//   sigma(t) = e^mu / (e^mu + 1/t - 1),  t = 1 - i / n
//   mu = the line through (1024, base_shift) and (4096, max_shift) at the number of tokens
//   sigma <- 1 - (1 - sigma) (1 - terminal) / (1 - sigma_last)
#include "time_shift.hpp"

struct Ltxv {
  std::uint32_t tokens = 6144;  // of 768 x 512 pixels and 121 frames
  double base_shift = 0.95;
  double max_shift = 2.05;
  bool stretch = true;
  double terminal = 0.1;

  static constexpr ks::SchedulerInfo info = {
      .id = "ltxv",
      .title = "LTX-Video",
      .summary = "Shifted towards high noise by the length of the video, and stretched to a last level",
      .source = "Lightricks, LTX-Video, ltx_video/schedulers/rf.py"};
  static constexpr auto params =
      ks::params(ks::param(&Ltxv::tokens, {"tokens", "Of the latent: frames x height x width", 1, 1e8}),
                 ks::param(&Ltxv::base_shift, {"base_shift", "mu of 1024 tokens", -10, 100}),
                 ks::param(&Ltxv::max_shift, {"max_shift", "mu of 4096 tokens", -10, 100}),
                 ks::param(&Ltxv::stretch, {"stretch", "Whether the last level is `terminal`"}),
                 ks::param(&Ltxv::terminal,
                           {"terminal", "The last level above 0, of a stretched schedule", 0, 0.99}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    require_flow(model, "ltxv");
    const double mu = std::clamp(mu_on_line(tokens, 1024, base_shift, 4096, max_shift), -20.0, 20.0);
    std::vector<double> sigmas = shifted_times(mu, steps);
    const double last = sigmas[steps - 1];
    if (!stretch || last == 1) return sigmas;  // with one step there is nothing to stretch
    for (std::uint32_t i = 0; i < steps; ++i) {
      sigmas[i] = static_cast<float>(1 - (1 - sigmas[i]) * ((1 - terminal) / (1 - last)));
    }
    return sigmas;
  }
};

KS_SCHEDULER(Ltxv)
