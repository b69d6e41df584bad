// SPDX-License-Identifier: Apache-2.0
//
// Euler's method on the probability flow ODE (Karras et al. 2022, Algorithm 2 without correction).
//   d  = (x - D(x, sigma)) / sigma
//   x <- x + d * (sigma_next - sigma)
#include "churn.hpp"

struct Euler : Churn {
  static constexpr ks::SamplerInfo info = {
      .id = "euler",
      .title = "Euler",
      .summary = "First order: one model call a step, robust, the usual point of comparison",
      .source =
          "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative "
          "Models, Algorithm 2",
      .order = 1,
      .noise = ks::Noise::continued};

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const double sigma_hat = churn(run, x, sigma);
      const ks::Tensor denoised = run.denoise(x, sigma_hat);
      run.step(i, sigma_hat, x, denoised);
      x = denoised + (sigma_next / sigma_hat) * (x - denoised);
    }
  }
};

KS_SAMPLER(Euler)
