// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver-fast (Lu et al. 2022, section 3.4): `steps` model calls, spent on single steps of order 3,
// equal in log sigma between the first and the last positive noise level; the rest of the calls goes to
// steps of order 2 and 1. It ends at that last level and not at 0.
#include "dpm_solver.hpp"

#include <vector>

struct DpmFast {
  double eta = 0.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "dpm_fast",
      .title = "DPM fast",
      .summary = "Third order single steps, as many model calls as steps; keeps a little noise",
      .source = "Lu et al. 2022, DPM-Solver; k-diffusion, sample_dpm_fast",
      .order = 2,  // a step of first order may be among them
      .leaves_noise = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {.per_step = 1, .second_last = 1, .last = 1}};
  static constexpr auto params =
      ks::params(ks::eta_param(&DpmFast::eta), ks::s_noise_param(&DpmFast::s_noise));

  // The orders of single steps that take `calls` model calls together.
  static std::vector<int> orders(int calls) {
    std::vector<int> orders(static_cast<std::size_t>(calls / 3), 3);
    if (calls % 3 > 0) {
      orders.push_back(calls % 3);
    } else {
      orders.back() = 2;
      orders.push_back(1);
    }
    return orders;
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto sigmas = run.sigmas();
    if (sigmas.size() < 2) return;
    const DpmSolver solver{run};
    const auto plan = orders(static_cast<int>(sigmas.size() - 1));
    const double t_start = solver.t(sigmas[0]);
    const double t_end = solver.t(sigmas.back() > 0 ? sigmas.back() : sigmas[sigmas.size() - 2]);
    const double h = (t_end - t_start) / static_cast<double>(plan.size());
    std::uint32_t calls = 0;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const double t = t_start + h * static_cast<double>(i);
      const double t_next = i + 1 == plan.size() ? t_end : t + h;
      const double sigma = solver.sigma(t), sigma_next = solver.sigma(t_next);
      const double sigma_down = ks::ancestral_step(sigma, sigma_next, eta).sigma_down;
      const double t_down = sigma_down > 0 ? DpmSolver::within(t_end, solver.t(sigma_down), h) : t_end;
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(calls, sigma, x, denoised);
      calls += static_cast<std::uint32_t>(plan[i]);
      advance(solver, x, (x - denoised) / sigma, t, t_down, plan[i]);
      const double kept = solver.sigma(t_down);
      if (eta > 0) {
        const double sigma_up = std::sqrt(std::max(0.0, sigma_next * sigma_next - kept * kept));
        x += s_noise * sigma_up * run.noise(sigma, sigma_next);
      }
    }
  }

  static void advance(const DpmSolver& solver, ks::Tensor& x, const ks::Tensor& eps, double t,
                      double t_next, int order) {
    if (order == 1) {
      x = solver.first(x, eps, t, t_next);
      return;
    }
    const double r_1 = order == 2 ? 1.0 / 2 : DpmSolver::r_1;
    const double s_1 = t + r_1 * (t_next - t);
    const ks::Tensor u_1 = solver.first(x, eps, t, s_1);
    const ks::Tensor eps_1 = solver.eps(u_1, s_1);
    if (order == 2) {
      x = solver.second(x, eps, eps_1, t, t_next, r_1);
    } else {
      const ks::Tensor eps_2 = solver.eps_2(x, eps, eps_1, t, t_next);
      x = solver.third(x, eps, eps_2, t, t_next);
    }
  }
};

KS_SAMPLER(DpmFast)
