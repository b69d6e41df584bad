// SPDX-License-Identifier: Apache-2.0
#include "exponential_tableau.hpp"

namespace solvers {

double ExponentialTableau::weight(std::size_t i, std::size_t j, double z) const {
  static const std::vector<PhiSum> none;
  const bool end = i == stages();
  const std::vector<PhiSum>& later = end ? b : i < 2 ? none : a[i - 2];
  if (j > 0) return j <= later.size() ? later[j - 1].at(z) : 0;
  const double c_i = end ? 1 : c[i];
  double first = c_i * ks::phi(1, c_i * z);
  for (const PhiSum& sum : later) first -= sum.at(z);
  return first;
}

void fill(const ExponentialTableau& tableau, Prediction prediction, const Step& step, Stages& stages) {
  const std::size_t n = stages.count = tableau.stages();
  const ks::HalfLogSnr& snr = step.snr;
  const double lambda = snr.lambda(step.sigma);
  const double h = snr.lambda(step.sigma_to) - lambda;
  const bool x0 = prediction == Prediction::x0;
  const double z = x0 ? -h : h;
  stages.of_x[0] = 1;
  stages.of_d[0] = {};
  stages.sigma[0] = step.sigma;
  for (std::size_t i = 1; i <= n; ++i) {
    const double c = i < n ? tableau.c[i] : 1;
    const double sigma = c == 1 ? step.sigma_to : snr.sigma(lambda + c * h);
    if (i < n) stages.sigma[i] = sigma;
    if (x0) {  // alpha e^(-c h) / alpha_start is the ratio of the sigmas
      stages.of_x[i] = sigma / step.sigma;
      for (std::size_t j = 0; j < i; ++j) {
        stages.of_d[i][j] = snr.alpha(sigma) * h * tableau.weight(i, j, z);
      }
      continue;
    }
    // sigma e^(c h) / sigma_start is the ratio of the alphas; eps_j = (x_j - alpha_j D_j) / sigma_j, in
    // which x_j is a sum already.
    stages.of_x[i] = snr.alpha(sigma) / snr.alpha(step.sigma);
    stages.of_d[i] = {};
    for (std::size_t j = 0; j < i; ++j) {
      const double weight = -sigma * h * tableau.weight(i, j, z) / stages.sigma[j];
      stages.of_x[i] += weight * stages.of_x[j];
      for (std::size_t k = 0; k < j; ++k) stages.of_d[i][k] += weight * stages.of_d[j][k];
      stages.of_d[i][j] -= weight * snr.alpha(stages.sigma[j]);
    }
  }
}

}  // namespace solvers
