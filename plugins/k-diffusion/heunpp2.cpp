// SPDX-License-Identifier: Apache-2.0
//
// Heun++: Heun's method looking two noise levels ahead (sd-webui-samplers-scheduler, MIT). The
// derivatives at the next levels count in proportion to their sigma:
//   w_2 = sigma_1 / (3 sigma_0),  w_3 = sigma_2 / (3 sigma_0),  w_1 = 1 - w_2 - w_3
//   x <- x + (w_1 d_1 + w_2 d_2 + w_3 d_3) * (sigma_next - sigma)
// where sigma_0 is the first level of the run and sigma_1, sigma_2 are the two that follow this step's
// start. The last step but one has two derivatives, with w_2 = sigma_1 / (2 sigma_0); the last is
// Euler's.
#include "churn.hpp"

struct HeunPp2 : Churn {
  static constexpr ks::SamplerInfo info = {
      .id = "heunpp2",
      .title = "Heun++ 2",
      .summary = "Heun with weights that follow sigma; up to three model calls a step",
      .source = "sd-webui-samplers-scheduler, heunpp2",
      .order = 1,
      .noise = ks::Noise::continued,
      .model_calls = {.per_step = 3, .second_last = 2, .last = 1}};

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.require_falling("use heun", "weighing derivatives by their sigma");
    const auto sigmas = run.sigmas();
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const double sigma_hat = churn(run, x, sigma);
      const ks::Tensor denoised = run.denoise(x, sigma_hat);
      run.step(i, sigma_hat, x, denoised);
      const double dt = sigma_next - sigma_hat;
      const auto d = (x - denoised) / sigma_hat;
      if (sigma_next == sigmas.back()) {
        x = denoised + (sigma_next / sigma_hat) * (x - denoised);  // Euler's method
        continue;
      }
      const ks::Tensor x_2 = x + dt * d;
      const ks::Tensor denoised_2 = run.denoise(x_2, sigma_next);
      const auto d_2 = (x_2 - denoised_2) / sigma_next;
      const double sigma_3 = sigmas[i + 2];
      if (sigma_3 == sigmas.back()) {
        const double w_2 = sigma_next / (2 * sigmas[0]);
        x += dt * ((1 - w_2) * d + w_2 * d_2);
        continue;
      }
      const ks::Tensor x_3 = x_2 + (sigma_3 - sigma_next) * d_2;
      const ks::Tensor denoised_3 = run.denoise(x_3, sigma_3);
      const auto d_3 = (x_3 - denoised_3) / sigma_3;
      const double w_2 = sigma_next / (3 * sigmas[0]);
      const double w_3 = sigma_3 / (3 * sigmas[0]);
      x += dt * ((1 - w_2 - w_3) * d + w_2 * d_2 + w_3 * d_3);
    }
  }
};

KS_SAMPLER(HeunPp2)
