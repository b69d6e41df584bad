// SPDX-License-Identifier: Apache-2.0
//
// Ancestral sampling with DPM-Solver++(2S) steps (k-diffusion, sample_dpmpp_2s_ancestral). With lambda
// the logarithm of the signal-to-noise ratio, log(1 / sigma) or log((1 - sigma) / sigma) for flow
// models, the second model call is half way in lambda from sigma to sigma_down:
//   u  = (sigma_s / sigma) * x + (1 - sigma_s / sigma) * D(x, sigma)
//   x <- (sigma_down / sigma) * x + (1 - sigma_down / sigma) * D(u, sigma_s)
#include <ks/sampler.hpp>

struct DpmPp2sAncestral {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_2s_ancestral",
      .title = "DPM++ 2S ancestral",
      .summary = "Second order single steps, with a part of the noise drawn anew in every step",
      .source = "k-diffusion, sample_dpmpp_2s_ancestral; Lu et al. 2022, DPM-Solver++",
      .order = 2,
      .stochastic = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params =
      ks::params(ks::eta_param(&DpmPp2sAncestral::eta), ks::s_noise_param(&DpmPp2sAncestral::s_noise));

  // Half way in lambda. The reference for flow takes 0.9999 from pure noise, where lambda is infinite.
  static double halfway(bool flow, double sigma, double sigma_down) {
    if (!flow) return ks::sigma_mid(sigma, sigma_down);
    if (sigma >= 1.0) return 0.9999;
    const double odds = ks::sigma_mid(sigma / (1 - sigma), sigma_down / (1 - sigma_down));
    return odds / (1 + odds);
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const bool flow = run.model().is_flow();
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = run.ancestral_step(sigma, sigma_next, eta);
      const double ratio = sigma_down / sigma;
      if (sigma_down <= 0) {  // Euler's method: log sigma has no midpoint here
        x = ratio * x + (1 - ratio) * denoised;
      } else {
        const double sigma_s = halfway(flow, sigma, sigma_down);
        const ks::Tensor u = denoised + (sigma_s / sigma) * (x - denoised);
        const ks::Tensor denoised_2 = run.denoise(u, sigma_s);
        x = ratio * x + (1 - ratio) * denoised_2;
      }
      if (sigma_up > 0) x = scale * x + s_noise * sigma_up * run.noise(sigma, sigma_next);
    }
  }
};

KS_SAMPLER(DpmPp2sAncestral)
