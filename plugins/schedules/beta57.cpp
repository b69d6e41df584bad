// SPDX-License-Identifier: Apache-2.0
#include "beta.hpp"

struct Beta57 {
  double alpha = 0.5;
  double beta = 0.7;

  static constexpr ks::SchedulerInfo info = {
      .id = "beta57",
      .title = "Beta57",
      .summary = "Beta with alpha 0.5 and beta 0.7: more steps at low noise than at high",
      .source = "Lee et al. 2024, Beta Sampling is All You Need; the pair of values is RES4LYF's"};
  static constexpr auto params =
      ks::params(ks::param(&Beta57::alpha, {"alpha", "Less gives more steps at low noise", 0.01, 50}),
                 ks::param(&Beta57::beta, {"beta", "Less gives more steps at high noise", 0.01, 50}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    return beta_sigmas(model, steps, alpha, beta);
  }
};

KS_SCHEDULER(Beta57)
