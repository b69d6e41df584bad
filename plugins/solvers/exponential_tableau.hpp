// SPDX-License-Identifier: Apache-2.0
//
// Explicit exponential Runge-Kutta methods as data, and what they are applied to.
#ifndef KS_SOLVERS_EXPONENTIAL_TABLEAU_HPP
#define KS_SOLVERS_EXPONENTIAL_TABLEAU_HPP

#include "phi_sum.hpp"
#include "stages.hpp"

namespace solvers {

// Of u' = A u + g(t, u), with z = h A:
//   u_i = e^(c_i z) u + h sum_j a_ij(z) g_j,   u <- e^z u + h sum_j b_j(z) g_j
// The first column follows from the others, as sum_j a_ij(z) = c_i phi_1(c_i z) and sum_j b_j(z) =
// phi_1(z): it is not written down.
struct ExponentialTableau {
  const char* id;
  const char* title;
  const char* source;
  std::uint32_t order;
  std::vector<double> c;               // of all stages, so the first is 0
  std::vector<std::vector<PhiSum>> a;  // from the third stage on, from the second column on
  std::vector<PhiSum> b;               // from the second on

  std::size_t stages() const { return c.size(); }
  // a_ij(z), or b_j(z) where i is stages().
  double weight(std::size_t i, std::size_t j, double z) const;
};

const std::vector<ExponentialTableau>& exponential_tableaux();

// What is integrated over lambda = log(alpha / sigma), exactly but for one prediction:
//   x0   z = x / alpha:  z' = -z + D
//   eps  u = x / sigma:  u' = u - eps, where eps = u - alpha / sigma D
enum class Prediction { x0, eps };

// The sums of a step.
void fill(const ExponentialTableau& tableau, Prediction prediction, const Step& step, Stages& stages);

}  // namespace solvers

#endif
