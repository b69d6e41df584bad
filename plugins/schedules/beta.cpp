// SPDX-License-Identifier: Apache-2.0
#include "beta.hpp"

struct Beta {
  double alpha = 0.6;
  double beta = 0.6;

  static constexpr ks::SchedulerInfo info = {
      .id = "beta",
      .title = "Beta",
      .summary = "Quantiles of a beta distribution over the model's table: more steps at both ends",
      .source = "Lee et al. 2024, Beta Sampling is All You Need"};
  static constexpr auto params =
      ks::params(ks::param(&Beta::alpha, {"alpha", "Less gives more steps at low noise", 0.01, 50}),
                 ks::param(&Beta::beta, {"beta", "Less gives more steps at high noise", 0.01, 50}));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    return beta_sigmas(model, steps, alpha, beta);
  }
};

KS_SCHEDULER(Beta)
