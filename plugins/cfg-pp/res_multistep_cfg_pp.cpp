// SPDX-License-Identifier: Apache-2.0
//
// RES multistep with CFG++, and its ancestral form: see exponential/res_multistep.cpp. Guidance D - U
// is added to x, and the multistep runs on U, the unconditional D:
//   x <- exp(-h) (x + D - U) + h (b_1 U + b_2 U_last) + s_noise * sigma_up * noise
#include <ks/sampler.hpp>

#include <optional>

struct ResMultistepCfgPp {
  static constexpr ks::SamplerInfo info = {
      .id = "res_multistep_cfg_pp",
      .title = "RES multistep CFG++",
      .summary = "Two-step exponential multistep with guidance on the clean latent only",
      .source =
          "Zhang et al. 2023, Improved Order Analysis and Design of Exponential Integrator for "
          "Diffusion Models Sampling; Chung et al. 2024, CFG++",
      .order = 2,
      .unconditional = true};

  void sample(ks::Run& run, ks::Tensor& x) const { sample(run, x, 0.0, 1.0); }

  static void sample(ks::Run& run, ks::Tensor& x, double eta, double s_noise) {
    run.reserve(4);
    std::optional<ks::Tensor> last;
    double sigma_last = 0, sigma_down_last = 0;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      auto [denoised, unconditional] = run.denoise_split(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = ks::ancestral_step(sigma, sigma_next, eta);
      if (sigma_down == 0 || !last) {
        x = denoised + (sigma_down / sigma) * (x - unconditional);
      } else {
        const auto [h, b_1, b_2] = ks::res_2(sigma_last, sigma_down_last, sigma, sigma_down);
        x = std::exp(-h) * (x + denoised - unconditional) + h * (b_1 * unconditional + b_2 * *last);
      }
      if (sigma_up > 0) x += s_noise * sigma_up * run.noise(sigma, sigma_next);
      last = std::move(unconditional);
      sigma_last = sigma;
      sigma_down_last = sigma_down;
    }
  }
};

struct ResMultistepAncestralCfgPp {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = [] {
    ks::SamplerInfo ancestral = ResMultistepCfgPp::info;
    ancestral.id = "res_multistep_ancestral_cfg_pp";
    ancestral.title = "RES multistep ancestral CFG++";
    ancestral.summary = "RES multistep CFG++, with a part of the noise drawn anew in every step";
    ancestral.stochastic = true;
    ancestral.noise = ks::Noise::gaussian;
    ancestral.fits = ks::Fits::additive;
    return ancestral;
  }();
  static constexpr auto params = ks::params(ks::eta_param(&ResMultistepAncestralCfgPp::eta),
                                            ks::s_noise_param(&ResMultistepAncestralCfgPp::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const { ResMultistepCfgPp::sample(run, x, eta, s_noise); }
};

KS_SAMPLER(ResMultistepCfgPp)
KS_SAMPLER(ResMultistepAncestralCfgPp)
