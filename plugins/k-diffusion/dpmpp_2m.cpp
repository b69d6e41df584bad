// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver++(2M): two-step exponential multistep in lambda = -log sigma, on the denoised prediction.
//   h = lambda_next - lambda,  r = h_last / h
//   D  = (1 + 1/(2r)) * denoised - 1/(2r) * old_denoised
//   x <- (sigma_next / sigma) * x - expm1(-h) * D
#include <ks/sampler.hpp>

#include <optional>

struct DpmPp2m {
  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_2m",
      .title = "DPM++ 2M",
      .summary = "Second order from one model call a step; a good default",
      .source = "Lu et al. 2022, DPM-Solver++, Algorithm 2",
      .order = 2};

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(2);
    std::optional<ks::Tensor> old_denoised;
    double h_last = 0;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      const double h = std::log(sigma / sigma_next);  // infinite at the end, where -expm1(-h) is 1
      const double ratio = sigma_next / sigma;        // exp(-h)
      if (!old_denoised || sigma_next == 0) {
        x = ratio * x + (1 - ratio) * denoised;
      } else {
        const double r = h_last / h;
        x = ratio * x + (1 - ratio) * ((1 + 1 / (2 * r)) * denoised - 1 / (2 * r) * *old_denoised);
      }
      old_denoised = std::move(denoised);
      h_last = h;
    }
  }
};

KS_SAMPLER(DpmPp2m)
