// SPDX-License-Identifier: Apache-2.0
//
// Coefficients of exponential integrators as data: sums of functions phi_k(c z).
#ifndef KS_SOLVERS_PHI_SUM_HPP
#define KS_SOLVERS_PHI_SUM_HPP

#include <ks/math.hpp>

#include <vector>

namespace solvers {

// factor * phi_k(c z)
struct PhiTerm {
  double factor;
  int k;
  double c;
};

// A sum of such terms, written as the papers write it: 2 * phi(2) - 4 * phi(3).
struct PhiSum {
  std::vector<PhiTerm> terms;

  double at(double z) const {
    double sum = 0;
    for (const auto& [factor, k, c] : terms) sum += factor * ks::phi(k, c * z);
    return sum;
  }
  PhiSum& add(const PhiSum& other, double factor) {
    for (const auto& term : other.terms) terms.push_back({factor * term.factor, term.k, term.c});
    return *this;
  }
};

inline PhiSum phi(int k, double c = 1) { return {{{1, k, c}}}; }
inline PhiSum operator*(double factor, const PhiSum& sum) { return PhiSum{}.add(sum, factor); }
inline PhiSum operator+(PhiSum a, const PhiSum& b) { return a.add(b, 1); }
inline PhiSum operator-(PhiSum a, const PhiSum& b) { return a.add(b, -1); }
inline PhiSum operator-(const PhiSum& a) { return -1 * a; }

}  // namespace solvers

#endif
