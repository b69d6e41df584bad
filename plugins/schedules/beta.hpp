// SPDX-License-Identifier: Apache-2.0
//
// Timesteps at the quantiles of a beta distribution (Lee et al. 2024, Beta Sampling is All You Need):
// where alpha and beta are below 1, it is U-shaped, and both ends get more steps than the middle.
//   t_i = F^-1(1 - i / n; alpha, beta) * (N - 1), rounded to an entry of the model's table; then 0
// Entries that come out twice are taken once, so that there may be fewer steps than asked for.
#ifndef KS_SCHEDULES_BETA_HPP
#define KS_SCHEDULES_BETA_HPP

#include <ks/scheduler.hpp>

#include <boost/math/special_functions/beta.hpp>

inline std::vector<double> beta_sigmas(const ks::Model& model, std::uint32_t steps, double alpha,
                                       double beta) {
  const auto table = model.sigmas();
  const auto last = static_cast<double>(table.size() - 1);
  std::vector<double> sigmas;
  double previous = -1;
  for (std::uint32_t i = 0; i < steps; ++i) {
    const double quantile = 1.0 - i * (1.0 / steps);
    const double t = std::nearbyint(boost::math::ibeta_inv(alpha, beta, quantile) * last);
    if (t == previous) continue;
    sigmas.push_back(table[static_cast<std::size_t>(t)]);
    previous = t;
  }
  sigmas.push_back(0.0);
  return sigmas;
}

#endif
