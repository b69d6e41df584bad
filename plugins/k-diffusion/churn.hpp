// SPDX-License-Identifier: Apache-2.0
#ifndef K_DIFFUSION_CHURN_HPP
#define K_DIFFUSION_CHURN_HPP

#include <ks/sampler.hpp>

// The churn of Karras et al. 2022, Algorithm 2: before a step, noise is added to bring the latent up
// from sigma to sigma_hat = (1 + gamma) * sigma. Off by default. Base of the samplers that have it.
struct Churn {
  double s_churn = 0.0;
  double s_tmin = 0.0;
  double s_tmax = ks::unlimited;
  double s_noise = 1.0;

  static constexpr auto params = ks::params(
      ks::param(&Churn::s_churn, {"s_churn", "Noise added in the whole run; 0 for none", 0.0, 100.0}),
      ks::param(&Churn::s_tmin, {"s_tmin", "Lowest noise level at which noise is added", 0.0}),
      ks::param(&Churn::s_tmax, {"s_tmax", "Highest noise level at which noise is added", 0.0}),
      ks::param(&Churn::s_noise, {"s_noise", "Scale of the noise added", 0.0, 100.0}));

  // Adds the noise to x, and returns sigma_hat.
  double churn(const ks::Run& run, ks::Tensor& x, double sigma) const {
    if (s_churn == 0.0 || sigma < s_tmin || sigma > s_tmax) return sigma;
    const double steps = static_cast<double>(run.sigmas().size() - 1);
    const double gamma = std::min(s_churn / steps, std::sqrt(2.0) - 1.0);
    const double sigma_hat = sigma * (1.0 + gamma);
    x += s_noise * std::sqrt(sigma_hat * sigma_hat - sigma * sigma) * run.noise(sigma, sigma_hat);
    return sigma_hat;
  }
};

#endif
