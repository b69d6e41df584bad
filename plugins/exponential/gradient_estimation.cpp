// SPDX-License-Identifier: Apache-2.0
//
// Gradient estimation (Permenter and Yuan 2024): Euler's method with the derivative extrapolated from
// the last step.
//   x <- x + (d + (gamma - 1) (d - d_last)) (sigma_next - sigma)
#include <ks/sampler.hpp>

#include <optional>

struct GradientEstimation {
  double ge_gamma = 2.0;

  static constexpr ks::SamplerInfo info = {
      .id = "gradient_estimation",
      .title = "Gradient estimation",
      .summary = "Euler, with the derivative extrapolated from the last step",
      .source =
          "Permenter and Yuan 2024, Interpreting and Improving Diffusion Models from an "
          "Optimization Perspective, equation 12",
      .order = 1};
  static constexpr auto params = ks::params(
      ks::param(&GradientEstimation::ge_gamma, {"ge_gamma", "Extrapolation; 1 for none", 0.0, 10.0}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(3);
    std::optional<ks::Tensor> d_last;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double dt = sigma_next - sigma;
      ks::Tensor d = (x - denoised) / sigma;
      if (d_last) {
        x += dt * (d + (ge_gamma - 1) * (d - *d_last));
      } else {
        x += dt * d;
      }
      d_last = std::move(d);
    }
  }
};

KS_SAMPLER(GradientEstimation)
