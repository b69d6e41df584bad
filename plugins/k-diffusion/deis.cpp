// SPDX-License-Identifier: Apache-2.0
//
// DEIS, tAB: the polynomial through the last derivatives in the time t of the variance preserving SDE,
// integrated over sigma.
//   x <- x + sum_j d_j * integral of l_j(t(sigma)) from sigma to sigma_next
// with l_j Lagrange's basis polynomials on the times of the derivatives. Zhang and Chen call the
// integral C_ij; there sigma = sqrt(1 / alpha(t) - 1).
#include <ks/history.hpp>
#include <ks/sampler.hpp>

struct Deis {
  int max_order = 3;

  static constexpr ks::SamplerInfo info = {
      .id = "deis",
      .title = "DEIS",
      .summary = "Multistep with a polynomial in the diffusion's own time, one model call a step",
      .source = "Zhang and Chen 2023, Fast Sampling of Diffusion Models with Exponential Integrator",
      .order = 2};
  static constexpr auto params =
      ks::params(ks::param(&Deis::max_order, {"max_order", "Derivatives used at most", 1, 4}));

  // The variance preserving SDE that puts sigma 0.002 at t = 0.001 and sigma 80 at t = 1 (Karras et al.
  // 2022, table 1): log(1 + sigma^2) = beta_d t^2 / 2 + beta_min t.
  struct VpTime {
    double beta_d;
    double beta_min;
    VpTime() {
      constexpr double epsilon = 1e-3;
      const double low = std::log1p(0.002 * 0.002), high = std::log1p(80.0 * 80.0);
      beta_d = 2 * (low / epsilon - high) / (epsilon - 1);
      beta_min = high - beta_d / 2;
    }
    double t(double sigma) const {
      const double c = std::log1p(sigma * sigma);
      return 2 * c / (std::sqrt(beta_min * beta_min + 2 * beta_d * c) + beta_min);
    }
    // The derivative of sigma.
    double slope(double sigma) const {
      return (1 + sigma * sigma) * (beta_d * t(sigma) + beta_min) / (2 * sigma);
    }
  };

  // The published code sums the integrand at so many points in t, both ends with full weight. What that
  // adds to the integral is not lost in float32.
  static constexpr double published_points = 10000;

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto order = static_cast<std::size_t>(max_order);
    run.reserve(order + 2);
    const ks::GaussLegendre quadrature(16);
    const VpTime vp;
    ks::History<ks::Tensor> derivatives(order);
    ks::History<double> times(order);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      derivatives.push((x - denoised) / sigma);
      times.push(vp.t(sigma));
      const double dt = vp.t(sigma_next) - vp.t(sigma);
      ks::Sum sum(x);
      for (std::size_t j = 0; j < times.size(); ++j) {
        const auto basis = [&](double s) { return ks::lagrange(times, j, vp.t(s)); };
        const double integral = quadrature.integral(basis, sigma, sigma_next);
        const double ends =
            (basis(sigma) * vp.slope(sigma) + basis(sigma_next) * vp.slope(sigma_next)) / 2;
        const double published = integral + (ends * dt - integral) / published_points;
        sum += (times.size() == 1 ? sigma_next - sigma : published) * derivatives[j];
      }
      x = sum;
    }
  }
};

KS_SAMPLER(Deis)
