// SPDX-License-Identifier: Apache-2.0
//
// Runge-Kutta methods as data, and the variables that they are applied to.
#ifndef KS_SOLVERS_TABLEAU_HPP
#define KS_SOLVERS_TABLEAU_HPP

#include "stages.hpp"

#include <vector>

namespace solvers {

// Butcher's tableau. Rows of an explicit method are as long as they need to be; c_i is the sum of row
// i.
struct Tableau {
  const char* id;
  const char* title;
  const char* source;
  std::uint32_t order;
  std::vector<std::vector<double>> a;  // of an explicit method from the second stage on
  std::vector<double> b;

  std::size_t stages() const { return b.size(); }
  bool is_explicit() const { return a.size() + 1 == b.size(); }
  double a_ij(std::size_t i, std::size_t j) const {
    if (is_explicit()) return i > j && j < a[i - 1].size() ? a[i - 1][j] : 0.0;
    return a[i][j];
  }
  double c(std::size_t i) const {
    double sum = 0;
    for (std::size_t j = 0; j < stages(); ++j) sum += a_ij(i, j);
    return sum;
  }
  // Whether stage i is the start of the step, where the prediction is known.
  bool is_start(std::size_t i) const {
    for (std::size_t j = 0; j < stages(); ++j) {
      if (a_ij(i, j) != 0) return false;
    }
    return true;
  }
};

const std::vector<Tableau>& explicit_tableaux();
const std::vector<Tableau>& implicit_tableaux();

// What is integrated, and over which time.
//   sigma   x over sigma,             dx/dsigma = (x - D) / sigma, k-diffusion's d
//   x0      x / sigma over alpha / sigma, whose derivative is D: exact where D is constant
//   lambda  x / sigma over lambda = log(alpha / sigma), whose derivative is e^lambda D: Lawson's method
// The first is that of the noise prediction for additive noise, and that of the velocity for a flow.
enum class Variable { sigma, x0, lambda };

// The sums of a step by a tableau. Explicit or not: of an implicit method they are the equations that
// its stages solve, but for the predictions, which are still to be found.
void fill(const Tableau& tableau, Variable variable, const Step& step, Stages& stages);

}  // namespace solvers

#endif
