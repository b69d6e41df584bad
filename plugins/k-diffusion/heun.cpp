// SPDX-License-Identifier: Apache-2.0
//
// Heun's method on the probability flow ODE (Karras et al. 2022, Algorithm 2).
//   d    = (x - D(x, sigma)) / sigma
//   x_2  = x + d * (sigma_next - sigma)
//   d_2  = (x_2 - D(x_2, sigma_next)) / sigma_next
//   x   <- x + (d + d_2) / 2 * (sigma_next - sigma)
#include "churn.hpp"

struct Heun : Churn {
  static constexpr ks::SamplerInfo info = {
      .id = "heun",
      .title = "Heun",
      .summary = "Second order: Euler, corrected by a second model call a step",
      .source =
          "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative "
          "Models, Algorithm 2",
      .order = 2,
      .noise = ks::Noise::continued,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const double sigma_hat = churn(run, x, sigma);
      const ks::Tensor denoised = run.denoise(x, sigma_hat);
      run.step(i, sigma_hat, x, denoised);
      if (sigma_next == 0) {
        x = denoised;  // Euler's method: d is not defined at 0
        continue;
      }
      const double dt = sigma_next - sigma_hat;
      const auto d = (x - denoised) / sigma_hat;
      const ks::Tensor x_2 = x + dt * d;
      const ks::Tensor denoised_2 = run.denoise(x_2, sigma_next);
      const auto d_2 = (x_2 - denoised_2) / sigma_next;
      x += dt / 2 * (d + d_2);
    }
  }
};

KS_SAMPLER(Heun)
