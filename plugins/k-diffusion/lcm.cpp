// SPDX-License-Identifier: Apache-2.0
//
// Multistep consistency sampling: each step goes all the way to a clean latent, which is noised again.
//   x <- alpha(sigma_next) * D(x, sigma) + s * sigma_next * noise
// where s goes from s_noise in the first step to s_noise_end in the last, in equal parts (ComfyUI,
// SamplerLCM).
#include <ks/sampler.hpp>

struct Lcm {
  double s_noise = 1.0;
  double s_noise_end = 1.0;
  double noise_clip_std = 0.0;  // of the noise that the host hands out: it clips

  static constexpr ks::SamplerInfo info = {
      .id = "lcm",
      .title = "LCM",
      .summary =
          "For latent consistency models: few steps, each of them denoised fully and noised again",
      .source =
          "Song et al. 2023, Consistency Models, Algorithm 1; Luo et al. 2023, Latent "
          "Consistency Models",
      .stochastic = true,
      .no_limit = true,
      .noise = ks::Noise::gaussian};
  static constexpr auto params = ks::params(
      ks::param(&Lcm::s_noise, {"s_noise", "Scale of the noise added after the first step", 0.0, 64.0}),
      ks::param(&Lcm::s_noise_end,
                {"s_noise_end", "The same after the last step, linear between", 0.0, 64.0}),
      ks::noise_clip_param(&Lcm::noise_clip_std));

  void sample(ks::Run& run, ks::Tensor& x) const {
    const double last = static_cast<double>(run.sigmas().size()) - 2;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
      } else {
        const double s = s_noise + (last > 0 ? i / last : 0.0) * (s_noise_end - s_noise);
        x = run.snr().alpha(sigma_next) * denoised + s * sigma_next * run.noise(sigma, sigma_next);
      }
    }
  }
};

KS_SAMPLER(Lcm)
