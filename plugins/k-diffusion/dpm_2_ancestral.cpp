// SPDX-License-Identifier: Apache-2.0
//
// Ancestral sampling with DPM-Solver-2 steps (k-diffusion, sample_dpm_2_ancestral): the midpoint method
// in log sigma down to sigma_down, then fresh noise.
//   sigma_mid = sqrt(sigma * sigma_down)
//   x_2  = x + d * (sigma_mid - sigma)
//   d_2  = (x_2 - D(x_2, sigma_mid)) / sigma_mid
//   x   <- scale * (x + d_2 * (sigma_down - sigma)) + s_noise * sigma_up * noise
#include "log_midpoint.hpp"

#include <ks/sampler.hpp>

struct Dpm2Ancestral {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "dpm_2_ancestral",
      .title = "DPM2 ancestral",
      .summary = "Midpoint steps in log sigma, with a part of the noise drawn anew in every step",
      .source = "k-diffusion, sample_dpm_2_ancestral; Lu et al. 2022, DPM-Solver",
      .order = 2,
      .stochastic = true,
      .drops_penultimate = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params =
      ks::params(ks::eta_param(&Dpm2Ancestral::eta), ks::s_noise_param(&Dpm2Ancestral::s_noise));

  // `sigma_down`, in the arithmetic of the middle; tiny levels have nothing left of it in float32.
  double float32_down(const ks::Run& run, double sigma, double sigma_next, double sigma_down) const {
    if (eta == 0 || run.model().is_flow()) return sigma_down;
    const double down = float32_sigma_down(sigma, sigma_next, eta);
    return down > 0 ? down : sigma_down;
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = run.ancestral_step(sigma, sigma_next, eta);
      if (sigma_down <= 0) {  // Euler's method: log sigma has no midpoint here
        x = denoised + (sigma_down / sigma) * (x - denoised);
      } else {
        const double sigma_mid = log_midpoint(sigma, float32_down(run, sigma, sigma_next, sigma_down));
        const ks::Tensor x_2 = denoised + (sigma_mid / sigma) * (x - denoised);
        const ks::Tensor denoised_2 = run.denoise(x_2, sigma_mid);
        x += (sigma_down - sigma) / sigma_mid * (x_2 - denoised_2);
      }
      if (sigma_up > 0) x = scale * x + s_noise * sigma_up * run.noise(sigma, sigma_next);
    }
  }
};

KS_SAMPLER(Dpm2Ancestral)
