// SPDX-License-Identifier: Apache-2.0
//
// `beta` with alpha 0.5 and beta 0.7, a pair that is popular under this name.
#include "beta.hpp"

struct Beta57 {
  static constexpr ks::SchedulerInfo info = {
      .id = "beta57",
      .title = "Beta57",
      .summary = "Beta with alpha 0.5 and beta 0.7: more steps at low noise than at high",
      .source = "Lee et al. 2024, Beta Sampling is All You Need; the pair of values is RES4LYF's"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    return beta_sigmas(model, steps, 0.5, 0.7);
  }
};

KS_SCHEDULER(Beta57)
