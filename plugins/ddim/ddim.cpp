// SPDX-License-Identifier: Apache-2.0
//
// DDIM without noise (Song et al. 2021), which between noise levels is Euler's method:
//   x <- D + (sigma_next / sigma) * (x - D)
// In an inpaint the kept region gets noise of its own, drawn from the next seed.
#include <ks/sampler.hpp>

struct Ddim {
  static constexpr ks::SamplerInfo info = {
      .id = "ddim",
      .title = "DDIM",
      .summary = "Euler's method under its older name; differs from euler only where a mask is used",
      .source = "Song et al. 2021, Denoising Diffusion Implicit Models, equation 12",
      .order = 1,
      .fresh_mask_noise = true};

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      x = denoised + (sigma_next / sigma) * (x - denoised);
    }
  }
};

KS_SAMPLER(Ddim)
