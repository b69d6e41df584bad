// SPDX-License-Identifier: Apache-2.0
//
// Noise levels at timesteps of the model's own: what `normal`, `sgm_uniform` and others share.
#ifndef KS_SCHEDULES_TIMESTEPS_HPP
#define KS_SCHEDULES_TIMESTEPS_HPP

#include <ks/float32.hpp>
#include <ks/scheduler.hpp>

#include <algorithm>

// Below this a noise level counts as 0, so that no second 0 is put behind it.
inline constexpr double kAlmostZero = 1e-5;

// The noise levels at the first `count` of `points` timesteps, evenly from that of sigma_max to that of
// sigma_min.
inline std::vector<double> at_even_timesteps(const ks::Model& model, std::uint32_t points,
                                             std::uint32_t count) {
  const std::vector<float> timesteps = ks::float32::linspace(model.timestep(model.sigma_max()),
                                                             model.timestep(model.sigma_min()), points);
  std::vector<double> sigmas;
  for (std::uint32_t i = 0; i < count; ++i) sigmas.push_back(model.sigma(timesteps[i]));
  return sigmas;
}

// The noise level at a fraction of the way in timesteps, from that of sigma_min, 0, to that of
// sigma_max.
inline double at_fraction(const ks::Model& model, double fraction) {
  const double last = model.timestep(model.sigma_min()), first = model.timestep(model.sigma_max());
  // The way there and back may be off by a rounding.
  return std::min(model.sigma(last + fraction * (first - last)), model.sigma_max());
}

#endif
