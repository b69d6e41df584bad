// SPDX-License-Identifier: Apache-2.0
//
// Entries of the model's table at equal distances, from its very last on (Lin et al. 2023, table 2:
// "trailing"), as TCD and other few-step models are sampled.
//   t_i = round(N - i N / n) - 1;  then 0
// Entries that come out twice are taken once, so that there may be fewer steps than asked for.
#include <ks/scheduler.hpp>

struct DdimTrailing {
  static constexpr ks::SchedulerInfo info = {
      .id = "ddim_trailing",
      .title = "DDIM trailing",
      .summary = "Entries of the model's table at equal distances, from pure noise on",
      .source =
          "Lin et al. 2023, Common Diffusion Noise Schedules and Sample Steps are Flawed, table 2"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const auto table = model.sigmas();
    const auto size = static_cast<double>(table.size());
    std::vector<double> sigmas;
    double previous = -1;
    for (std::uint32_t i = 0; i < steps; ++i) {
      const double t = std::nearbyint(size - i * size / steps) - 1;
      if (t == previous || t < 0) continue;
      sigmas.push_back(table[static_cast<std::size_t>(t)]);
      previous = t;
    }
    if (sigmas.back() > 0) sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(DdimTrailing)
