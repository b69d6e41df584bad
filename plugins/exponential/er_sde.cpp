// SPDX-License-Identifier: Apache-2.0
//
// ER-SDE-Solver (Cui et al. 2023), for x = alpha x0 + sigma noise in the time e = sigma / alpha. Its
// function g(e) sets how much noise the reverse SDE has; with r = g(e_next) / g(e) and de = e_next - e:
//   x <- alpha_next ( r x / alpha + (1 - r) D                              one stage
//        + (de + g(e_next) S_0) D'                                         two
//        + (de^2 / 2 + g(e_next) S_1) D''                                  three
//        + s_noise sqrt(e_next^2 - r^2 e^2) noise )
// where D', D'' are divided differences of D in e, and S_k the integral of (u - e)^k / g(u) from e_next
// to e, by the published sum of 200 points: the sum's own error is of first order, and so no order is
// declared. With g_1 the published function, g(e) = e^(1 - eta) g_1(e)^eta: eta 1 is the paper's, and
// eta 0 the probability flow (ComfyUI, SamplerER_SDE).
#include <ks/sampler.hpp>

#include <optional>

enum class SolverType { er_sde, reverse_time_sde, ode };

struct ErSde {
  SolverType solver_type = SolverType::er_sde;
  int max_stage = 3;
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr const char* solver_types[] = {"ER-SDE", "Reverse-time SDE", "ODE"};
  static constexpr ks::SamplerInfo info = {
      .id = "er_sde",
      .title = "ER-SDE",
      .summary = "Multistep solver of an extended reverse-time SDE, one model call a step",
      .source =
          "Cui et al. 2023, Elucidating the solution space of extended reverse-time SDE for "
          "diffusion models",
      .stochastic = true,
      .noise = ks::Noise::gaussian};
  static constexpr auto params = ks::params(
      ks::choice(&ErSde::solver_type, {"solver_type", "How much noise the reverse SDE has"},
                 solver_types),
      ks::param(&ErSde::max_stage, {"max_stage", "Differences of the prediction used, and one", 1, 3}),
      ks::param(
          &ErSde::eta,
          {"eta", "How strong the noise is: 0 for none, 1 as published; ODE has none", 0.0, 100.0}),
      ks::s_noise_param(&ErSde::s_noise));

  double g(double e) const {
    if (solver_type == SolverType::er_sde) return e * std::pow(std::exp(std::pow(e, 0.3)) + 10, eta);
    return solver_type == SolverType::ode ? e : std::pow(e, eta + 1);
  }

  struct Integrals {
    double s_0 = 0;
    double s_1 = 0;
  };
  Integrals integrals(double e, double e_next) const {
    constexpr int points = 200;
    const double width = (e - e_next) / points;
    Integrals sum;
    for (int k = 0; k < points; ++k) {
      const double u = e_next + k * width;
      const double part = width / g(u);
      sum.s_0 += part;
      sum.s_1 += part * (u - e);
    }
    return sum;
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(6);
    const bool stochastic = solver_type != SolverType::ode && eta > 0;
    if (stochastic) run.require_falling("set eta to 0");
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    const auto level = [&](double sigma) { return sigma / snr.alpha(sigma); };
    const bool noisy = stochastic && s_noise > 0;
    std::optional<ks::Tensor> denoised_last, slope_last;
    double e_1 = 0, e_2 = 0;  // the levels of the last two steps
    for (auto [i, sigma, sigma_next] : run.steps()) {
      ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double e = level(sigma), e_next = level(sigma_next), de = e_next - e;
      const double alpha_next = snr.alpha(sigma_next);
      const double g_next = g(e_next), r = g_next / g(e);
      ks::Sum sum(alpha_next * (r / snr.alpha(sigma) * x + (1 - r) * denoised));
      std::optional<ks::Tensor> slope;
      if (denoised_last && max_stage >= 2) {
        const auto [s_0, s_1] = integrals(e, e_next);
        slope.emplace((denoised - *denoised_last) / (e - e_1));
        sum += alpha_next * (de + g_next * s_0) * *slope;
        if (slope_last && max_stage >= 3) {
          sum += alpha_next * (de * de / 2 + g_next * s_1) * 2 / (e - e_2) * (*slope - *slope_last);
        }
      }
      if (noisy) {
        const double variance = e_next * e_next - r * r * e * e;
        const ks::Tensor noise = run.noise(sigma, sigma_next);
        sum += alpha_next * s_noise * std::sqrt(std::max(0.0, variance)) * noise;
        x = sum;
      } else {
        x = sum;
      }
      denoised_last = std::move(denoised);
      slope_last = std::move(slope);
      e_2 = std::exchange(e_1, e);
    }
  }
};

KS_SAMPLER(ErSde)
