// SPDX-License-Identifier: Apache-2.0
//
// Ancestral sampling with Euler steps (k-diffusion, sample_euler_ancestral).
//   d  = (x - D(x, sigma)) / sigma
//   x <- scale * (x + d * (sigma_down - sigma)) + s_noise * sigma_up * noise
#include <ks/sampler.hpp>

struct EulerAncestral {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "euler_ancestral",
      .title = "Euler ancestral",
      .summary = "Euler, with a part of the noise drawn anew in every step",
      .source = "k-diffusion, sample_euler_ancestral",
      .order = 1,
      .stochastic = true,
      .noise = ks::Noise::gaussian};
  static constexpr auto params =
      ks::params(ks::eta_param(&EulerAncestral::eta), ks::s_noise_param(&EulerAncestral::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = run.ancestral_step(sigma, sigma_next, eta);
      const auto x_down = denoised + (sigma_down / sigma) * (x - denoised);
      if (sigma_up > 0) {
        x = scale * x_down + s_noise * sigma_up * run.noise(sigma, sigma_next);
      } else {
        x = x_down;
      }
    }
  }
};

KS_SAMPLER(EulerAncestral)
