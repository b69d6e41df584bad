// SPDX-License-Identifier: Apache-2.0
//
// Noise levels written into the pipeline: a list of one's own, or a published table (of GITS, of OSS,
// of a distilled model). As it stands, whatever the number of steps; or with `interpolate` brought to
// that number, linear in ln(sigma), a last 0 kept.
#include "loglinear.hpp"

#include <ks/scheduler.hpp>

#include <algorithm>
#include <stdexcept>

struct Manual {
  std::vector<double> levels;
  bool interpolate = false;

  static constexpr ks::SchedulerInfo info = {
      .id = "manual",
      .title = "Manual",
      .summary = "The noise levels that the parameter `sigmas` lists",
      .source = "the pipeline"};
  static constexpr auto params =
      ks::params(ks::param(&Manual::levels,
                           {"sigmas", "Noise levels, not rising, the final one included", 0, 1e6}),
                 ks::param(&Manual::interpolate,
                           {"interpolate", "Whether the list is brought to the number of steps"}));

  std::vector<double> sigmas(const ks::Model&, std::uint32_t steps) const {
    if (levels.size() < 2) {
      throw std::runtime_error("the parameter `sigmas` has " + std::to_string(levels.size()) +
                               " noise levels; expected 2 or more, such as [14.6, 4.2, 1.1, 0]");
    }
    if (!interpolate) return levels;

    const bool ends_at_zero = levels.back() == 0.0;
    const std::span<const double> positive(levels.data(), levels.size() - (ends_at_zero ? 1 : 0));
    if (positive.size() < 2 || *std::min_element(positive.begin(), positive.end()) <= 0.0) {
      throw std::runtime_error(
          "`interpolate` needs 2 or more noise levels above 0 in the parameter `sigmas`");
    }
    std::vector<double> sigmas = loglinear(positive, ends_at_zero ? steps : steps + 1ul);
    if (ends_at_zero) sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Manual)
