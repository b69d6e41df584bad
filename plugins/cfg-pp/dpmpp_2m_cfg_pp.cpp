// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver++(2M) with CFG++: the noise that is put back, and the past of the multistep, are the
// unconditional model's. With lambda = -log(sigma), h = lambda_next - lambda, r = h_last / h:
//   x <- D + exp(-h) (x - U) + (1 - exp(-h)) / (2 r) * (D - U_last)
#include <ks/sampler.hpp>

#include <optional>

struct DpmPp2mCfgPp {
  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_2m_cfg_pp",
      .title = "DPM++ 2M CFG++",
      .summary = "Two-step multistep with guidance on the clean latent only; use a cfg of 2 or less",
      .source = "Chung et al. 2024, CFG++; Lu et al. 2022, DPM-Solver++, Algorithm 2",
      .order = 2,
      .unconditional = true};

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(3);
    std::optional<ks::Tensor> unconditional_last;
    double h_last = 0;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      auto [denoised, unconditional] = run.denoise_split(x, sigma);
      run.step(i, sigma, x, denoised);
      const double h = std::log(sigma / sigma_next);
      const double ratio = sigma_next / sigma;  // exp(-h)
      if (!unconditional_last || sigma_next == 0) {
        x = denoised + ratio * (x - unconditional);
      } else {
        const double r = h_last / h;
        x = denoised + ratio * (x - unconditional) +
            (1 - ratio) / (2 * r) * (denoised - *unconditional_last);
      }
      unconditional_last = std::move(unconditional);
      h_last = h;
    }
  }
};

KS_SAMPLER(DpmPp2mCfgPp)
