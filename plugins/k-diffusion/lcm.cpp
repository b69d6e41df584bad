// SPDX-License-Identifier: Apache-2.0
//
// Multistep consistency sampling: each step goes all the way to a clean latent, which is noised again.
//   x <- alpha(sigma_next) * D(x, sigma) + sigma_next * noise
#include <ks/sampler.hpp>

struct Lcm {
  static constexpr ks::SamplerInfo info = {
      .id = "lcm",
      .title = "LCM",
      .summary =
          "For latent consistency models: few steps, each of them denoised fully and noised again",
      .source =
          "Song et al. 2023, Consistency Models, Algorithm 1; Luo et al. 2023, Latent "
          "Consistency Models",
      .stochastic = true,
      .noise = ks::Noise::gaussian};

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
      } else {
        x = run.snr().alpha(sigma_next) * denoised + sigma_next * run.noise(sigma, sigma_next);
      }
    }
  }
};

KS_SAMPLER(Lcm)
