// SPDX-License-Identifier: Apache-2.0
#ifndef K_DIFFUSION_LOG_MIDPOINT_HPP
#define K_DIFFUSION_LOG_MIDPOINT_HPP

#include <ks/float32.hpp>

#include <algorithm>
#include <cmath>

// Half way from sigma to sigma_next in log sigma, in float32 and the reference's order of operations: a
// model with a table of noise levels takes the timestep of the nearest, and there are schedules whose
// middle lies half way between two of them, where the last bit decides.
inline double log_midpoint(double sigma, double sigma_next) {
  const float start = ks::float32::log(static_cast<float>(sigma));
  const float end = ks::float32::log(static_cast<float>(sigma_next));
  return ks::float32::exp(end - (end - start) * 0.5F);
}

// ks::ancestral_step's sigma_down for such a middle, likewise. Additive noise.
inline double float32_sigma_down(double sigma, double sigma_next, double eta) {
  const auto from = static_cast<float>(sigma), to = static_cast<float>(sigma_next);
  const float variance = to * to, variance_from = from * from;
  const float up =
      static_cast<float>(eta) * std::sqrt(variance * (variance_from - variance) / variance_from);
  const float sigma_up = std::min(to, up);
  return std::sqrt(variance - sigma_up * sigma_up);
}

#endif
