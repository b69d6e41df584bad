// SPDX-License-Identifier: Apache-2.0
//
// Ancestral sampling with DPM-Solver++(2S) steps and CFG++: guidance D - U is added to x before each
// part of the step scales it, so that the noise put back is the unconditional model's.
//   u  = (sigma_s / sigma) (x + D - U) + (1 - sigma_s / sigma) D              D, U at (x, sigma)
//   x <- (sigma_down / sigma) (x + D - U_2) + (1 - sigma_down / sigma) D_2    D_2, U_2 at (u, sigma_s)
//        + s_noise * sigma_up * noise
// U_2 in the second line is what ComfyUI has, and not U: without guidance it leaves D - D_2 in x, so
// that the steps do not converge to the probability flow, however many they are.
#include <ks/sampler.hpp>

struct DpmPp2sAncestralCfgPp {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_2s_ancestral_cfg_pp",
      .title = "DPM++ 2S ancestral CFG++",
      .summary = "Second order single steps with CFG++ and fresh noise in every step",
      .source = "Chung et al. 2024, CFG++; Lu et al. 2022, DPM-Solver++",
      .stochastic = true,
      .unconditional = true,
      .noise = ks::Noise::gaussian,
      .fits = ks::Fits::additive,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params = ks::params(ks::eta_param(&DpmPp2sAncestralCfgPp::eta),
                                            ks::s_noise_param(&DpmPp2sAncestralCfgPp::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const auto [denoised, unconditional] = run.denoise_split(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = ks::ancestral_step(sigma, sigma_next, eta);
      if (sigma_down == 0) {
        x = denoised;
      } else {
        const double sigma_s = ks::sigma_mid(sigma, sigma_down);
        const double ratio_s = sigma_s / sigma, ratio = sigma_down / sigma;
        const ks::Tensor u = ratio_s * (x + denoised - unconditional) + (1 - ratio_s) * denoised;
        const auto [denoised_2, unconditional_2] = run.denoise_split(u, sigma_s);
        x = ratio * (x + denoised - unconditional_2) + (1 - ratio) * denoised_2;
      }
      if (sigma_up > 0) x += s_noise * sigma_up * run.noise(sigma, sigma_next);
    }
  }
};

KS_SAMPLER(DpmPp2sAncestralCfgPp)
