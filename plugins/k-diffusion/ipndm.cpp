// SPDX-License-Identifier: Apache-2.0
//
// iPNDM: Adams-Bashforth with the coefficients of equal steps, on the derivative in sigma.
//   x <- x + (sigma_next - sigma) * sum_j b_j d_j
// Of second order where steps are equal, and of first elsewhere: so it declares none.
#include <ks/history.hpp>
#include <ks/sampler.hpp>

#include <array>

struct Ipndm {
  int max_order = 4;

  static constexpr ks::SamplerInfo info = {
      .id = "ipndm",
      .title = "iPNDM",
      .summary = "Linear multistep with fixed coefficients, one model call a step",
      .source =
          "Zhang and Chen 2023, Fast Sampling of Diffusion Models with Exponential Integrator, "
          "section 4; diff-sampler"};
  static constexpr auto params =
      ks::params(ks::param(&Ipndm::max_order, {"max_order", "Derivatives used at most", 1, 4}));

  // Row k: k + 1 derivatives, the newest first.
  static constexpr std::array<std::array<double, 4>, 4> adams_bashforth = {{
      {1.0},
      {3.0 / 2, -1.0 / 2},
      {23.0 / 12, -16.0 / 12, 5.0 / 12},
      {55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24},
  }};

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto order = static_cast<std::size_t>(max_order);
    run.reserve(order + 2);
    ks::History<ks::Tensor> derivatives(order);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      derivatives.push((x - denoised) / sigma);
      const auto& b = adams_bashforth[derivatives.size() - 1];
      ks::Sum sum(x);
      for (std::size_t j = 0; j < derivatives.size(); ++j) {
        sum += (sigma_next - sigma) * b[j] * derivatives[j];
      }
      x = sum;
    }
  }
};

KS_SAMPLER(Ipndm)
