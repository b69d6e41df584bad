// SPDX-License-Identifier: Apache-2.0
//
// RES multistep: two-step exponential multistep in lambda = -log(sigma) whose coefficients meet the
// order conditions of Zhang et al. 2023, and its ancestral form.
//   h = log(sigma / sigma_down),  c_2 = log(sigma_down_last / sigma_last) / h
//   b_2 = phi_2(-h) / c_2,  b_1 = phi_1(-h) - b_2
//   x <- exp(-h) x + h (b_1 D + b_2 D_last) + s_noise * sigma_up * noise
#include <ks/sampler.hpp>

#include <optional>

struct ResMultistep {
  static constexpr ks::SamplerInfo info = {
      .id = "res_multistep",
      .title = "RES multistep",
      .summary = "Two-step exponential multistep, one model call a step",
      .source =
          "Zhang et al. 2023, Improved Order Analysis and Design of Exponential Integrator for "
          "Diffusion Models Sampling",
      .order = 2};

  void sample(ks::Run& run, ks::Tensor& x) const { sample(run, x, 0.0, 1.0); }

  static void sample(ks::Run& run, ks::Tensor& x, double eta, double s_noise) {
    run.reserve(3);
    std::optional<ks::Tensor> denoised_last;
    double sigma_last = 0, sigma_down_last = 0;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = ks::ancestral_step(sigma, sigma_next, eta);
      if (sigma_down == 0 || !denoised_last) {
        x = denoised + (sigma_down / sigma) * (x - denoised);  // Euler's method
      } else {
        const auto [h, b_1, b_2] = ks::res_2(sigma_last, sigma_down_last, sigma, sigma_down);
        x = std::exp(-h) * x + h * (b_1 * denoised + b_2 * *denoised_last);
      }
      if (sigma_up > 0) x += s_noise * sigma_up * run.noise(sigma, sigma_next);
      denoised_last = std::move(denoised);
      sigma_last = sigma;
      sigma_down_last = sigma_down;
    }
  }
};

struct ResMultistepAncestral {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = [] {
    ks::SamplerInfo ancestral = ResMultistep::info;
    ancestral.id = "res_multistep_ancestral";
    ancestral.title = "RES multistep ancestral";
    ancestral.summary = "RES multistep, with a part of the noise drawn anew in every step";
    ancestral.stochastic = true;
    ancestral.noise = ks::Noise::gaussian;
    ancestral.fits = ks::Fits::additive;
    return ancestral;
  }();
  static constexpr auto params = ks::params(ks::eta_param(&ResMultistepAncestral::eta),
                                            ks::s_noise_param(&ResMultistepAncestral::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const { ResMultistep::sample(run, x, eta, s_noise); }
};

KS_SAMPLER(ResMultistep)
KS_SAMPLER(ResMultistepAncestral)
