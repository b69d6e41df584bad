// SPDX-License-Identifier: Apache-2.0
//
// The small functions that samplers share, under the names of their papers.
#ifndef KS_MATH_HPP
#define KS_MATH_HPP

#include <algorithm>
#include <cmath>

namespace ks {

struct AncestralStep {
  double sigma_down;  // where the deterministic part of the step ends
  double sigma_up;    // the standard deviation of the noise that is put back
};

// Splits a step from `sigma` to `sigma_next` into a deterministic part and fresh noise, so that
// sigma_down^2 + sigma_up^2 = sigma_next^2 (k-diffusion, get_ancestral_step). eta 0: no noise.
inline AncestralStep ancestral_step(double sigma, double sigma_next, double eta) {
  if (eta == 0.0) return {sigma_next, 0.0};
  const double variance = sigma_next * sigma_next;
  const double sigma_up = std::min(
      sigma_next, eta * std::sqrt(variance * (sigma * sigma - variance) / (sigma * sigma)));
  return {std::sqrt(variance - sigma_up * sigma_up), sigma_up};
}

}  // namespace ks

#endif
