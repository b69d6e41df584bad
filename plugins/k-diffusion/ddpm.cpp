// SPDX-License-Identifier: Apache-2.0
//
// Ancestral sampling of DDPM (Ho et al. 2020, Algorithm 2), between any two noise levels. In its scale
// x' = x / sqrt(1 + sigma^2), with a = 1 / (1 + sigma^2) for alpha-bar and eps = (x - D) / sigma:
//   alpha = a / a_next
//   x'   <- (x' - (1 - alpha) / sqrt(1 - a) * eps) / sqrt(alpha)
//           + sqrt((1 - alpha) (1 - a_next) / (1 - a)) * noise
#include <ks/sampler.hpp>

struct Ddpm {
  static constexpr ks::SamplerInfo info = {
      .id = "ddpm",
      .title = "DDPM",
      .summary = "The original ancestral sampling, at any number of steps",
      .source = "Ho et al. 2020, Denoising Diffusion Probabilistic Models, Algorithm 2",
      .stochastic = true,
      .noise = ks::Noise::gaussian,
      .fits = ks::Fits::additive};

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.require_falling("use a sampler without noise, such as euler");
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      // In float32: the scales nearly cancel, and at sigma 100 their rounding is seen in the image.
      const auto s = static_cast<float>(sigma), s_next = static_cast<float>(sigma_next);
      const float a = 1 / (s * s + 1), a_next = 1 / (s_next * s_next + 1);
      const float alpha = a / a_next;
      const double scale = std::sqrt(1 + s * s), scale_next = std::sqrt(1 + s_next * s_next);
      const double eps_weight = (1 - alpha) / std::sqrt(1 - a);
      const double deviation = std::sqrt((1 - alpha) * (1 - a_next) / (1 - a));
      const auto eps = (x - denoised) / sigma;
      x = scale_next * (std::sqrt(1 / alpha) * (x / scale - eps_weight * eps) +
                        deviation * run.noise(sigma, sigma_next));
    }
  }
};

KS_SAMPLER(Ddpm)
