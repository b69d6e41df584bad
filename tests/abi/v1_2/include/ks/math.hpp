// SPDX-License-Identifier: Apache-2.0
//
// The small functions that samplers share, under the names of their papers.
#ifndef KS_MATH_HPP
#define KS_MATH_HPP

#include <ks/math.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ks {

// Stands for infinity as the default of a parameter that is an upper limit.
inline constexpr double unlimited = 1e308;

// The geometric mean of two noise levels: half way between them in log sigma.
inline double sigma_mid(double sigma, double sigma_next) { return std::sqrt(sigma * sigma_next); }

// The functions of exponential integrators: phi_0 = exp(h), phi_k = (phi_{k-1} - 1 / (k-1)!) / h.
inline double phi(int k, double h) { return ks_phi(k, h); }

// Lagrange's j-th basis polynomial on `nodes`, at t: 1 at nodes[j], 0 at the others.
template <typename Nodes>
double lagrange(const Nodes& nodes, std::size_t j, double t) {
  double product = 1.0;
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    if (k != j) product *= (t - nodes[k]) / (nodes[j] - nodes[k]);
  }
  return product;
}

// Gauss-Legendre quadrature: exact for polynomials of a degree below 2 * points. The nodes are the
// roots of Legendre's polynomial, found by Newton's method.
class GaussLegendre {
 public:
  explicit GaussLegendre(int points) {
    for (int k = 0; k < points; ++k) {
      double u = std::cos(std::numbers::pi * (k + 0.75) / (points + 0.5));
      double slope = 0;
      for (int iteration = 0; iteration < 8; ++iteration) {
        double p = u, p_last = 1;  // P_1 and P_0
        for (int n = 2; n <= points; ++n) {
          p_last = std::exchange(p, ((2.0 * n - 1.0) * u * p - (n - 1.0) * p_last) / n);
        }
        slope = points * (u * p - p_last) / (u * u - 1);
        u -= p / slope;
      }
      nodes_.push_back(u);
      weights_.push_back(2 / ((1 - u * u) * slope * slope));
    }
  }

  // The integral of f from a to b.
  template <typename F>
  double integral(F&& f, double a, double b) const {
    double sum = 0;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      sum += weights_[k] * f((a + b) / 2 + (b - a) / 2 * nodes_[k]);
    }
    return (b - a) / 2 * sum;
  }

 private:
  std::vector<double> nodes_;
  std::vector<double> weights_;
};

// How a model mixes noise in, x = alpha * x0 + sigma * noise, and lambda = log(alpha / sigma), half the
// logarithm of the signal-to-noise ratio: the time of the exponential solvers.
struct HalfLogSnr {
  bool flow;  // alpha is 1 - sigma; otherwise 1

  // The weight of x0 at noise level sigma.
  double alpha(double sigma) const { return ks_alpha(noising(), sigma); }
  double lambda(double sigma) const { return ks_lambda(noising(), sigma); }
  double sigma(double lambda) const { return ks_sigma_at_lambda(noising(), lambda); }

 private:
  std::uint32_t noising() const { return flow ? KS_NOISING_FLOW : KS_NOISING_ADDITIVE; }
};

// A step of res_2().
struct Res2 {
  double h;    // the step, in lambda = -log(sigma)
  double b_1;  // weight of the prediction at its start
  double b_2;  // weight of the one before
};

// The two-step exponential method of Zhang et al. 2023 (RES), second order for steps of any size. The
// last step went from sigma_last to sigma_down_last; this one goes from sigma to sigma_down.
inline Res2 res_2(double sigma_last, double sigma_down_last, double sigma, double sigma_down) {
  const double h = std::log(sigma / sigma_down);
  const double c_2 = std::log(sigma_down_last / sigma_last) / h;
  const double b_2 = phi(2, -h) / c_2;
  return {h, phi(1, -h) - b_2, b_2};
}

// A step that goes down further than it should, and puts noise back.
struct AncestralStep {
  double sigma_down;   // where the deterministic part of the step ends
  double sigma_up;     // the standard deviation of the noise that is put back
  double scale = 1.0;  // what the latent is multiplied by when the noise is put back
};

namespace detail {
inline AncestralStep ancestral(std::uint32_t noising, double sigma, double sigma_next, double eta) {
  ks_ancestral step;
  if (ks_ancestral_step(noising, sigma, sigma_next, eta, &step) != KS_OK) {
    throw std::runtime_error("ancestral steps need falling sigmas; set eta to 0");
  }
  return {step.sigma_down, step.sigma_up, step.scale};
}
}  // namespace detail

// Splits a step from `sigma` to `sigma_next` into a deterministic part and fresh noise, so that
// sigma_down^2 + sigma_up^2 = sigma_next^2 (k-diffusion, get_ancestral_step). eta 0: no noise.
// Throws where sigma rises: noise cannot be put back then.
inline AncestralStep ancestral_step(double sigma, double sigma_next, double eta) {
  return detail::ancestral(KS_NOISING_ADDITIVE, sigma, sigma_next, eta);
}

// The same for rectified flow, x = (1 - sigma) * x0 + sigma * noise: see ks_ancestral_step in
// ks/math.h.
inline AncestralStep flow_ancestral_step(double sigma, double sigma_next, double eta) {
  return detail::ancestral(KS_NOISING_FLOW, sigma, sigma_next, eta);
}

}  // namespace ks

#endif
