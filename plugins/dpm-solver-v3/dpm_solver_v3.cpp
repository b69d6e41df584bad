// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver-v3, the multistep predictor: an exponential integrator whose linear part is the model's
// own. With y = x / alpha, lambda = log(alpha / sigma), and l, s, b from statistics.hpp,
//   f = e^-lambda eps - l y = (1 - l) y - D,     dy/dlambda = -l y - f
// With L, S and B the integrals of l, s and e^-S b from the start of a step, f = e^S (g + B) has in g
// what is left when s f + b is taken out of df/dlambda. A polynomial through the last values of g gives
//   y_next = e^-L (y - integral of e^(L+S) (g + B))
// l = 1, s = b = 0 is DPM-Solver++, and l = 0, s = -1 is DPM-Solver. The first steps are of lower
// order, as published, and the last one to 0 is x = D, as no statistics reach there.
#include "statistics.hpp"

#include <ks/expression.hpp>
#include <ks/sampler.hpp>

struct DpmSolverV3 {
  int order = 3;
  double data_std = 1.0;
  std::vector<double> lambdas, l, s, b;

  static constexpr ks::SamplerInfo info = {
      .id = "dpm_solver_v3",
      .title = "DPM-Solver-v3",
      .summary =
          "Multistep around the model's own statistics, or those of Gaussian data; one model call",
      .source =
          "Zheng et al. 2023, DPM-Solver-v3: Improved Diffusion ODE Solver with Empirical Model "
          "Statistics (2310.13268), sections 3.1 and 3.2",
      .order = 2};  // which the first steps leave
  static constexpr auto params = ks::params(
      ks::param(&DpmSolverV3::order, {"order", "Predictions that a step uses at most", 1, 3}),
      ks::param(
          &DpmSolverV3::data_std,
          {"data_std", "Without statistics: the standard deviation of Gaussian data", 0.01, 100.0}),
      ks::param(&DpmSolverV3::lambdas,
                {"lambdas", "Where statistics are known, rising: log(alpha / sigma)", -50.0, 50.0}),
      ks::param(&DpmSolverV3::l, {"l", "Statistics at each of `lambdas`: the linear part", -1e3, 1e3}),
      ks::param(&DpmSolverV3::s, {"s", "Likewise: how fast the rest of it grows", -1e3, 1e3}),
      ks::param(&DpmSolverV3::b, {"b", "Likewise: by how much it grows; none: 0", -1e3, 1e3}));

  Statistics statistics() const {
    if (!lambdas.empty()) return {lambdas, l, s, b};
    if (!l.empty() || !s.empty() || !b.empty()) {
      throw std::runtime_error("statistics need `lambdas`, where they are known");
    }
    return Statistics(data_std);
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const Statistics known = statistics();
    const auto most = static_cast<std::size_t>(order);
    run.reserve(order + 2);
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    ks::History<ks::Tensor> f(most);
    ks::History<double> at(most);  // their lambdas
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double lambda = snr.lambda(sigma), alpha = snr.alpha(sigma), next = snr.alpha(sigma_next);
      f.push(known.at(lambda).rest / alpha * x - denoised);
      at.push(lambda);
      const StepIntegrals step = integrate(known, lambda, snr.lambda(sigma_next), at);
      const double scale = next * std::exp(-step.l);
      ks::Sum sum(scale / alpha * x);
      double constant = -scale * step.c;
      for (std::size_t j = 0; j < at.size(); ++j) {
        // g = e^-S f - B, with S and B from here back to there.
        const StepIntegrals back = integrate(known, lambda, at[j], ks::History<double>(0));
        const double weight = scale * step.weights.at(j);
        sum += -weight * std::exp(-back.s) * f[j];
        constant += weight * back.b;
      }
      x = sum;
      if (constant != 0) x = ks::each(x) + constant;
    }
  }
};

KS_SAMPLER(DpmSolverV3)
