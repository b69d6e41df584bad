// SPDX-License-Identifier: Apache-2.0
//
// Gradient estimation with CFG++: the derivative, and its estimate from the last step, are the
// unconditional model's.
//   d  = (x - U) / sigma
//   x <- D + sigma_next * d + (gamma - 1) (d - d_last) (sigma_next - sigma)
#include <ks/sampler.hpp>

#include <optional>

struct GradientEstimationCfgPp {
  double ge_gamma = 2.0;

  static constexpr ks::SamplerInfo info = {
      .id = "gradient_estimation_cfg_pp",
      .title = "Gradient estimation CFG++",
      .summary = "Euler CFG++, with the derivative extrapolated from the last step",
      .source =
          "Permenter and Yuan 2024, Interpreting and Improving Diffusion Models from an "
          "Optimization Perspective; Chung et al. 2024, CFG++",
      .order = 1,
      .unconditional = true};
  static constexpr auto params = ks::params(ks::param(
      &GradientEstimationCfgPp::ge_gamma, {"ge_gamma", "Extrapolation; 1 for none", 0.0, 10.0}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(4);
    std::optional<ks::Tensor> d_last;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const auto [denoised, unconditional] = run.denoise_split(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      ks::Tensor d = (x - unconditional) / sigma;
      if (d_last) {
        x = denoised + sigma_next * d + (ge_gamma - 1) * (sigma_next - sigma) * (d - *d_last);
      } else {
        x = denoised + sigma_next * d;
      }
      d_last = std::move(d);
    }
  }
};

KS_SAMPLER(GradientEstimationCfgPp)
