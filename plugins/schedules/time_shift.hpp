// SPDX-License-Identifier: Apache-2.0
//
// The shift of time towards high noise that flow models are sampled with, by a number mu that mostly
// grows with the size of the image (Esser et al. 2024, Scaling Rectified Flow Transformers, 5.3.2).
#ifndef KS_SCHEDULES_TIME_SHIFT_HPP
#define KS_SCHEDULES_TIME_SHIFT_HPP

#include <ks/float32.hpp>
#include <ks/scheduler.hpp>

#include <stdexcept>
#include <string>

inline void require_flow(const ks::Model& model, const char* schedule) {
  if (model.is_flow()) return;
  throw std::runtime_error(std::string(schedule) +
                           " fits flow models, whose sigmas are 0 to 1; this one adds its noise");
}

// e^mu / (e^mu + 1/t - 1) at t = 1, 1 - 1/n, ..., 0, in PyTorch's order of operations.
inline std::vector<double> shifted_times(double mu, std::uint32_t steps) {
  const auto e = static_cast<float>(std::exp(mu));
  std::vector<double> sigmas;
  for (const float t : ks::float32::linspace(1, 0, steps + 1)) {
    sigmas.push_back(t == 0.0F ? 0.0F : (1.0F / (e + (1.0F / t - 1.0F))) * e);
  }
  return sigmas;
}

// mu on the line through (low, mu_low) and (high, mu_high).
inline double mu_on_line(double tokens, double low, double mu_low, double high, double mu_high) {
  const double slope = (mu_high - mu_low) / (high - low);
  return slope * tokens + (mu_low - slope * low);
}

#endif
