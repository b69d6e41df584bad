// SPDX-License-Identifier: Apache-2.0
#ifndef K_DIFFUSION_DPM_SOLVER_HPP
#define K_DIFFUSION_DPM_SOLVER_HPP

#include <ks/sampler.hpp>

// The single steps of DPM-Solver (Lu et al. 2022) in t = -log(sigma), on the noise prediction
// eps = (x - D) / sigma, as k-diffusion has them. A step starts from eps at (x, t), which the caller
// has.
struct DpmSolver {
  const ks::Run& run;

  static double t(double sigma) { return -std::log(sigma); }
  static double sigma(double t) { return std::exp(-t); }

  // `t`, or the end where it lies beyond: t grows where `direction` is positive, and falls where sigma
  // rises.
  static double within(double t_end, double t, double direction) {
    return direction < 0 ? std::max(t_end, t) : std::min(t_end, t);
  }

  ks::Tensor eps(const ks::Tensor& x, double s) const {
    const ks::Tensor denoised = run.denoise(x, sigma(s));
    return (x - denoised) / sigma(s);
  }

  // DPM-Solver-1
  auto first(const ks::Tensor& x, const ks::Tensor& eps_0, double t, double t_next) const {
    return x - sigma(t_next) * std::expm1(t_next - t) * eps_0;
  }

  // DPM-Solver-2: `eps_1` was taken at the fraction r of the step.
  auto second(const ks::Tensor& x, const ks::Tensor& eps_0, const ks::Tensor& eps_1, double t,
              double t_next, double r) const {
    const double weight = sigma(t_next) * std::expm1(t_next - t);
    return x - weight * eps_0 - weight / (2 * r) * (eps_1 - eps_0);
  }

  // DPM-Solver-3: eps at the fractions r_1 = 1/3 and r_2 = 2/3, the latter from a step of second order.
  ks::Tensor eps_2(const ks::Tensor& x, const ks::Tensor& eps_0, const ks::Tensor& eps_1, double t,
                   double t_next) const {
    const double h = t_next - t, s_2 = t + r_2 * h;
    const ks::Tensor u_2 = x - sigma(s_2) * std::expm1(r_2 * h) * eps_0 -
                           sigma(s_2) * (r_2 / r_1) * (r_2 * h * ks::phi(2, r_2 * h)) * (eps_1 - eps_0);
    return eps(u_2, s_2);
  }
  auto third(const ks::Tensor& x, const ks::Tensor& eps_0, const ks::Tensor& eps_2, double t,
             double t_next) const {
    const double h = t_next - t;
    return x - sigma(t_next) * std::expm1(h) * eps_0 -
           sigma(t_next) / r_2 * (h * ks::phi(2, h)) * (eps_2 - eps_0);
  }

  static constexpr double r_1 = 1.0 / 3;
  static constexpr double r_2 = 2.0 / 3;
};

#endif
