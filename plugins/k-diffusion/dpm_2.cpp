// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver-2 in Karras' form (k-diffusion, sample_dpm_2): the midpoint method, with the midpoint half
// way in log sigma.
//   sigma_mid = sqrt(sigma * sigma_next)
//   x_2  = x + d * (sigma_mid - sigma)
//   d_2  = (x_2 - D(x_2, sigma_mid)) / sigma_mid
//   x   <- x + d_2 * (sigma_next - sigma)
#include "churn.hpp"
#include "log_midpoint.hpp"

struct Dpm2 : Churn {
  static constexpr ks::SamplerInfo info = {
      .id = "dpm_2",
      .title = "DPM2",
      .summary = "Second order: a midpoint step in log sigma, two model calls",
      .source = "k-diffusion, sample_dpm_2; Lu et al. 2022, DPM-Solver",
      .order = 2,
      .drops_penultimate = true,
      .noise = ks::Noise::continued,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const double sigma_hat = churn(run, x, sigma);
      const ks::Tensor denoised = run.denoise(x, sigma_hat);
      run.step(i, sigma_hat, x, denoised);
      if (sigma_next == 0) {
        x = denoised;  // Euler's method: log sigma has no midpoint here
        continue;
      }
      const double sigma_mid = log_midpoint(sigma_hat, sigma_next);
      const ks::Tensor x_2 = denoised + (sigma_mid / sigma_hat) * (x - denoised);
      const ks::Tensor denoised_2 = run.denoise(x_2, sigma_mid);
      x += (sigma_next - sigma_hat) / sigma_mid * (x_2 - denoised_2);
    }
  }
};

KS_SAMPLER(Dpm2)
