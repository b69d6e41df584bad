// SPDX-License-Identifier: Apache-2.0
//
// Each N/n-th entry of the model's table, rounded down, counted from its clean end, where the first is
// left out, then 0 (Song et al. 2020, DDIM: the linear choice of timesteps). Because the distance is a
// whole number the steps are often more than asked for: 333 where it is 300.
#include <ks/scheduler.hpp>

#include <algorithm>

struct DdimUniform {
  static constexpr ks::SchedulerInfo info = {
      .id = "ddim_uniform",
      .title = "DDIM uniform",
      .summary =
          "Entries of the model's table a whole number apart; may give more steps than asked for",
      .source = "Song et al. 2020, Denoising Diffusion Implicit Models, appendix D.2"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const auto table = model.sigmas();
    // A table that begins at 0 needs no further 0, and one more point in its place.
    const bool has_zero = table.size() > 1 && table[1] <= 1e-5;
    const std::size_t points = has_zero ? steps + 1ul : steps;
    const std::size_t stride = std::max<std::size_t>(table.size() / points, 1);
    std::vector<double> rising;
    if (!has_zero) rising.push_back(0.0);
    for (std::size_t i = 1; i < table.size(); i += stride) rising.push_back(table[i]);
    return {rising.rbegin(), rising.rend()};
  }
};

KS_SCHEDULER(DdimUniform)
