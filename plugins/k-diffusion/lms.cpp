// SPDX-License-Identifier: Apache-2.0
//
// Linear multistep (Adams-Bashforth with variable steps) on the probability flow ODE: the polynomial in
// sigma through the last derivatives, integrated over the step (k-diffusion, sample_lms).
//   x <- x + sum_j d_j * integral of l_j(sigma) from sigma to sigma_next
// with l_j Lagrange's basis polynomials on the noise levels of the derivatives.
#include <ks/history.hpp>
#include <ks/sampler.hpp>

struct Lms {
  int order = 4;

  static constexpr ks::SamplerInfo info = {
      .id = "lms",
      .title = "LMS",
      .summary = "Linear multistep: a polynomial through the last derivatives, one model call a step",
      .source = "k-diffusion, sample_lms",
      .order = 2};
  static constexpr auto params =
      ks::params(ks::param(&Lms::order, {"order", "Derivatives used at most", 1, 100}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto steps = std::min(static_cast<std::size_t>(order), run.sigmas().size() - 1);
    run.reserve(steps + 2);
    const ks::GaussLegendre quadrature(static_cast<int>(steps / 2 + 1));
    ks::History<ks::Tensor> derivatives(steps);
    ks::History<double> nodes(steps);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      derivatives.push((x - denoised) / sigma);
      nodes.push(sigma);
      ks::Sum sum(x);
      for (std::size_t j = 0; j < nodes.size(); ++j) {
        const auto basis = [&](double tau) { return ks::lagrange(nodes, j, tau); };
        sum += quadrature.integral(basis, sigma, sigma_next) * derivatives[j];
      }
      x = sum;
    }
  }
};

KS_SAMPLER(Lms)
