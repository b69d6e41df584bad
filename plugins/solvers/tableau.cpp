// SPDX-License-Identifier: Apache-2.0
#include "tableau.hpp"

#include <cmath>

namespace solvers {
namespace {

// The time of a noise level, and the noise level of a time.
double time_of(Variable variable, const ks::HalfLogSnr& snr, double sigma) {
  if (variable == Variable::sigma) return sigma;
  return variable == Variable::x0 ? snr.alpha(sigma) / sigma : snr.lambda(sigma);
}

double sigma_at(Variable variable, const ks::HalfLogSnr& snr, double time) {
  if (variable == Variable::sigma) return time;
  if (variable == Variable::lambda) return snr.sigma(time);
  return snr.flow ? 1 / (1 + time) : 1 / time;
}

// Solves m z = r for each column of r, in place (Gauss, with pivots). Of an explicit method m is a
// triangle, and this is substitution.
using Row = std::array<double, kMostStages + 1>;
void solve(std::array<Row, kMostStages>& m, std::array<Row, kMostStages>& r, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(m[i][k]) > std::abs(m[pivot][k])) pivot = i;
    }
    std::swap(m[k], m[pivot]);
    std::swap(r[k], r[pivot]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = m[i][k] / m[k][k];
      if (factor == 0) continue;
      for (std::size_t j = k; j < n; ++j) m[i][j] -= factor * m[k][j];
      for (std::size_t j = 0; j <= n; ++j) r[i][j] -= factor * r[k][j];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = 0; j <= n; ++j) {
      for (std::size_t i = k + 1; i < n; ++i) r[k][j] -= m[k][i] * r[i][j];
      r[k][j] /= m[k][k];
    }
  }
}

// d = (x - D) / sigma has x in it: x_i = x + h sum_j a_ij (x_j - D_j) / sigma_j is a linear system for
// the x_j, solved for sums of x (column n) and of the D_j.
void fill_over_sigma(const Tableau& tableau, double h, Stages& stages) {
  const std::size_t n = stages.count;
  std::array<Row, kMostStages> m{}, r{};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double weight = h * tableau.a_ij(i, j) / stages.sigma[j];
      m[i][j] = (i == j ? 1 : 0) - weight;
      r[i][j] = -weight;
    }
    r[i][n] = 1;
  }
  solve(m, r, n);
  for (std::size_t i = 0; i < n; ++i) {
    stages.of_x[i] = r[i][n];
    for (std::size_t j = 0; j < n; ++j) stages.of_d[i][j] = r[i][j];
    if (tableau.is_start(i)) {  // to the last bit
      stages.of_x[i] = 1;
      stages.of_d[i] = {};
    }
  }
  stages.of_x[n] = 1;
  stages.of_d[n] = {};
  for (std::size_t k = 0; k < n; ++k) {
    const double weight = h * tableau.b[k] / stages.sigma[k];
    stages.of_x[n] += weight * stages.of_x[k];
    for (std::size_t j = 0; j < n; ++j) stages.of_d[n][j] += weight * stages.of_d[k][j];
    stages.of_d[n][k] -= weight;
  }
}

}  // namespace

void fill(const Tableau& tableau, Variable variable, const Step& step, Stages& stages) {
  const std::size_t n = stages.count = tableau.stages();
  const double time = time_of(variable, step.snr, step.sigma);
  const double h = time_of(variable, step.snr, step.sigma_to) - time;
  for (std::size_t i = 0; i < n; ++i) {
    const double c = tableau.c(i);
    // The ends exactly: through a logarithm they would be missed by a rounding.
    stages.sigma[i] = c == 0                    ? step.sigma
                      : std::abs(c - 1) < 1e-14 ? step.sigma_to
                                                : sigma_at(variable, step.snr, time + c * h);
  }
  if (variable == Variable::sigma) return fill_over_sigma(tableau, h, stages);
  for (std::size_t i = 0; i <= n; ++i) {
    const double sigma = i < n ? stages.sigma[i] : step.sigma_to;
    stages.of_x[i] = sigma / step.sigma;
    for (std::size_t j = 0; j < n; ++j) {
      const double weight = i < n ? tableau.a_ij(i, j) : tableau.b[j];
      const double factor =
          variable == Variable::x0 ? 1 : step.snr.alpha(stages.sigma[j]) / stages.sigma[j];
      stages.of_d[i][j] = sigma * h * weight * factor;
    }
  }
}

}  // namespace solvers
