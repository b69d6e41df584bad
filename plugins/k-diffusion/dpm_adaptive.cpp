// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver-12 and -23 with step size control (Lu et al. 2022, appendix C): each step is taken with
// two orders, whose difference, measured against rtol and atol, chooses the next step in t =
// -log(sigma). It ends at the last positive noise level and not at 0; the levels between are not used.
// Where that level is above the first, t falls, and its steps are negative.
#include "dpm_solver.hpp"

#include <array>

// Step sizes by a PID controller on the errors of the accepted steps (k-diffusion).
class StepSize {
 public:
  StepSize(double h_init, double p, double i, double d, double order, double accept_safety)
      : h(h_init),
        powers_{(p + i + d) / order, -(p + 2 * d) / order, d / order},
        accept_(accept_safety) {}

  double h;

  // Whether the step with this error is accepted; h is then the size of the next, or of the next try.
  bool propose(double error) {
    const double inverse = 1 / (error + 1e-8);
    if (inverses_[0] == 0) inverses_ = {inverse, inverse, inverse};
    inverses_[0] = inverse;
    double factor = 1;
    for (std::size_t k = 0; k < 3; ++k) factor *= std::pow(inverses_[k], powers_[k]);
    factor = 1 + std::atan(factor - 1);  // between 1 - pi/4 and 1 + pi/2
    const bool accepted = factor >= accept_;
    if (accepted) inverses_ = {inverse, inverse, inverses_[1]};
    h *= factor;
    return accepted;
  }

 private:
  std::array<double, 3> powers_;
  double accept_;
  std::array<double, 3> inverses_{};  // of the errors, the newest first
};

struct DpmAdaptive {
  int order = 3;
  double rtol = 0.05;
  double atol = 0.0078;
  double h_init = 0.05;
  double pcoeff = 0.0;
  double icoeff = 1.0;
  double dcoeff = 0.0;
  double accept_safety = 0.81;
  double eta = 0.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "dpm_adaptive",
      .title = "DPM adaptive",
      .summary =
          "Chooses its own steps from an estimate of the error; steps in the pipeline only set "
          "the range of noise levels",
      .source = "Lu et al. 2022, DPM-Solver; k-diffusion, sample_dpm_adaptive",
      .adaptive = true,
      .leaves_noise = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {.per_step = 0, .second_last = 0, .last = 0}};
  using Self = DpmAdaptive;
  static constexpr auto params = ks::params(
      ks::param(&Self::order, {"order", "Order of the steps", 2, 3}),
      ks::param(&Self::rtol, {"rtol", "Error allowed, relative to the latent", 1e-6, 100.0}),
      ks::param(&Self::atol, {"atol", "Error allowed, absolute", 1e-6, 100.0}),
      ks::param(&Self::h_init, {"h_init", "First step in log sigma", 1e-4, 100.0}),
      ks::param(&Self::pcoeff, {"pcoeff", "Step size controller, proportional part", 0.0, 100.0}),
      ks::param(&Self::icoeff, {"icoeff", "Step size controller, integral part", 0.0, 100.0}),
      ks::param(&Self::dcoeff, {"dcoeff", "Step size controller, differential part", 0.0, 100.0}),
      ks::param(&Self::accept_safety,
                {"accept_safety", "Steps that would have to shrink further are tried again", 0.0, 1.0}),
      ks::eta_param(&Self::eta), ks::s_noise_param(&Self::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto sigmas = run.sigmas();
    if (sigmas.size() < 2) return;
    const DpmSolver solver{run};
    const double t_end = solver.t(sigmas.back() > 0 ? sigmas.back() : sigmas[sigmas.size() - 2]);
    double s = solver.t(sigmas[0]);
    const double direction = t_end < s ? -1 : 1;
    StepSize size(direction * h_init, pcoeff, icoeff, dcoeff, eta > 0 ? 1.5 : order, accept_safety);
    ks::Tensor x_low_last = 1.0 * x;
    for (std::uint32_t tries = 0; direction * (t_end - s) > 1e-5; ++tries) {
      if (tries == max_tries) {
        throw std::runtime_error("dpm_adaptive: 10000 steps and not at the end; raise rtol or atol");
      }
      const double t = DpmSolver::within(t_end, s + size.h, direction);
      const double sigma = solver.sigma(s), sigma_next = solver.sigma(t);
      const double sigma_down = ks::ancestral_step(sigma, sigma_next, eta).sigma_down;
      const double t_down =
          sigma_down > 0 ? DpmSolver::within(t_end, solver.t(sigma_down), direction) : t_end;

      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(tries, sigma, x, denoised);
      const ks::Tensor eps = (x - denoised) / sigma;
      const double r_1 = order == 2 ? 1.0 / 2 : DpmSolver::r_1;
      const double s_1 = s + r_1 * (t_down - s);
      const ks::Tensor u_1 = solver.first(x, eps, s, s_1);
      const ks::Tensor eps_1 = solver.eps(u_1, s_1);
      ks::Tensor low(run.abi()), high(run.abi());
      if (order == 2) {
        low = solver.first(x, eps, s, t_down);
        high = solver.second(x, eps, eps_1, s, t_down, r_1);
      } else {
        const ks::Tensor eps_2 = solver.eps_2(x, eps, eps_1, s, t_down);
        low = solver.second(x, eps, eps_1, s, t_down, r_1);
        high = solver.third(x, eps, eps_2, s, t_down);
      }
      if (!size.propose(run.error_norm(low, high, x_low_last, atol, rtol))) continue;
      const double kept = solver.sigma(t_down);
      if (eta > 0) {
        const double sigma_up = std::sqrt(std::max(0.0, sigma_next * sigma_next - kept * kept));
        x = high + s_noise * sigma_up * run.noise(sigma, sigma_next);
      } else {
        x = high;
      }
      x_low_last = std::move(low);
      s = t;
    }
  }

  static constexpr std::uint32_t max_tries = 10000;
};

KS_SAMPLER(DpmAdaptive)
