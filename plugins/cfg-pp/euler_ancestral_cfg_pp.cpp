// SPDX-License-Identifier: Apache-2.0
//
// Ancestral sampling with CFG++ Euler steps (Chung et al. 2024). The step is split in the clean scale
// x / alpha, where the noise level is sigma / alpha:
//   d  = (x - alpha * U) / sigma                       U: the unconditional D
//   x <- alpha_next * (D + sigma_down * d + s_noise * sigma_up * noise)
#include <ks/sampler.hpp>

struct EulerAncestralCfgPp {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "euler_ancestral_cfg_pp",
      .title = "Euler ancestral CFG++",
      .summary = "Euler CFG++, with a part of the noise drawn anew in every step",
      .source = "Chung et al. 2024, CFG++: Manifold-constrained Classifier Free Guidance, Algorithm 2",
      .order = 1,
      .stochastic = true,
      .unconditional = true,
      .noise = ks::Noise::gaussian};
  static constexpr auto params = ks::params(ks::eta_param(&EulerAncestralCfgPp::eta),
                                            ks::s_noise_param(&EulerAncestralCfgPp::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    const ks::HalfLogSnr snr = run.snr();
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const auto [denoised, unconditional] = run.denoise_split(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double alpha = snr.alpha(sigma), alpha_next = snr.alpha(sigma_next);
      const auto [sigma_down, sigma_up, scale] =
          ks::ancestral_step(sigma / alpha, sigma_next / alpha_next, eta);
      const auto d = (x - alpha * unconditional) / sigma;
      const auto mean = alpha_next * (denoised + sigma_down * d);
      if (eta > 0 && s_noise > 0) {
        x = mean + alpha_next * s_noise * sigma_up * run.noise(sigma, sigma_next);
      } else {
        x = mean;
      }
    }
  }
};

KS_SAMPLER(EulerAncestralCfgPp)
