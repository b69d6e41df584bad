// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver-2 (Lu et al. 2022, DPM-Solver, Algorithm 1), in the paper's notation but for the index:
// t -> s -> next instead of t_{i-1} -> s_i -> t_i.
//   lambda = log(alpha / sigma),  h = lambda_next - lambda,  lambda_s = lambda + r_1 h
//   u  = alpha_s / alpha * x - sigma_s (e^(r_1 h) - 1) eps(x, t)
//   x <- alpha_next / alpha * x - sigma_next (e^h - 1) eps(x, t)
//        - sigma_next / (2 r_1) (e^h - 1) (eps(u, s) - eps(x, t))
// and eps(x, t) = (x - alpha D(x, sigma)) / sigma, as the host hands out D.
#include <ks/sampler.hpp>

struct DpmSolver2 {
  double r_1 = 0.5;

  static constexpr ks::SamplerInfo info = {
      .id = "dpm_solver_2",
      .title = "DPM-Solver-2",
      .summary = "Exponential integrator of second order in the noise prediction",
      .source = "Lu et al. 2022, DPM-Solver, Algorithm 1",
      .order = 2,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params = ks::params(ks::param(
      &DpmSolver2::r_1, {"r_1", "Where in the step, in lambda, the model is asked again", 0.1, 1.0}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.offset_first_sigma();  // a flow's sigma 1 has alpha 0, and lambda would be infinite
    const ks::HalfLogSnr snr = run.snr();
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;  // the limit of the formula where lambda_next is infinite
        continue;
      }
      const double h = snr.lambda(sigma_next) - snr.lambda(sigma);
      const double sigma_s = snr.sigma(snr.lambda(sigma) + r_1 * h);
      const double alpha = snr.alpha(sigma), alpha_s = snr.alpha(sigma_s);

      const ks::Tensor eps = (x - alpha * denoised) / sigma;
      const ks::Tensor u = alpha_s / alpha * x - sigma_s * std::expm1(r_1 * h) * eps;
      const ks::Tensor denoised_s = run.denoise(u, sigma_s);
      const auto eps_s = (u - alpha_s * denoised_s) / sigma_s;
      x = snr.alpha(sigma_next) / alpha * x - sigma_next * std::expm1(h) * eps -
          sigma_next / (2 * r_1) * std::expm1(h) * (eps_s - eps);
    }
  }
};

KS_SAMPLER(DpmSolver2)
