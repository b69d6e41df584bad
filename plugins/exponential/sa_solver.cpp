// SPDX-License-Identifier: Apache-2.0
//
// SA-Solver (Xue et al. 2023): stochastic Adams predictor and corrector in lambda = log(alpha / sigma).
// With m = 1 + tau^2, over a step from lambda to lambda_next,
//   x_next = sigma_next / sigma exp(-tau^2 h) x + sum_j b_j D_j
//            + s_noise * sigma_next sqrt(1 - exp(-2 tau^2 h)) noise
//   b_j = alpha_next * integral of m exp(m (u - lambda_next)) l_j(u) du from lambda to lambda_next
// with l_j Lagrange's basis polynomials on the lambdas of the predictions. The predictor uses
// predictions up to lambda; the corrector takes the same step again, with the same noise, once D at the
// predicted state is known. tau is eta in an interval of noise levels and 0 outside.
#include <ks/history.hpp>
#include <ks/sampler.hpp>

#include <optional>

struct SaSolver {
  double eta = 1.0;
  double sde_start_percent = 0.2;
  double sde_end_percent = 0.8;
  double s_noise = 1.0;
  int predictor_order = 3;
  int corrector_order = 4;
  bool use_pece = false;
  bool simple_order_2 = false;

  static constexpr ks::SamplerInfo info = {
      .id = "sa_solver",
      .title = "SA-Solver",
      .summary = "Stochastic Adams predictor-corrector, one model call a step",
      .source =
          "Xue et al. 2023, SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion "
          "Models, Algorithm 1",
      .order = 3,
      .stochastic = true,
      .noise = ks::Noise::gaussian};
  using Self = SaSolver;
  static constexpr auto common_params = ks::params(
      ks::param(&Self::eta,
                {"eta", "Noise of the SDE inside the interval, tau; 0 for none", 0.0, 10.0}),
      ks::param(&Self::sde_start_percent, {"sde_start_percent", "Where the noise begins", 0.0, 1.0}),
      ks::param(&Self::sde_end_percent, {"sde_end_percent", "Where the noise ends", 0.0, 1.0}),
      ks::s_noise_param(&Self::s_noise),
      ks::param(&Self::predictor_order, {"predictor_order", "Predictions the predictor uses", 1, 6}),
      ks::param(&Self::corrector_order, {"corrector_order", "Predictions the corrector uses", 0, 6}),
      ks::param(&Self::simple_order_2, {"simple_order_2", "Simpler weights where two are used"}));
  static constexpr auto params = std::tuple_cat(
      common_params,
      ks::params(ks::param(&Self::use_pece, {"use_pece", "Call the model again after correcting"})));

  // One step's coefficients; the predictions lie at `lambdas`, the newest first.
  struct Step {
    double lambda;
    double lambda_next;
    double alpha_next;
    double tau;
    double m() const { return 1 + tau * tau; }
    double h() const { return lambda_next - lambda; }
  };

  std::vector<double> weights(const Step& step, const std::vector<double>& lambdas, bool corrector,
                              const ks::GaussLegendre& quadrature) const {
    const double m = step.m(), h = step.h();
    if (simple_order_2 && lambdas.size() == 2) {  // appendix D
      const double total = -step.alpha_next * std::expm1(-m * h);
      const double newest = corrector
                                ? step.alpha_next * m * h / 2
                                : total - step.alpha_next * m * h * h / 2 / (lambdas[1] - step.lambda);
      return {newest, total - newest};
    }
    std::vector<double> weights;
    for (std::size_t j = 0; j < lambdas.size(); ++j) {
      const auto integrand = [&](double u) {
        return m * std::exp(m * (u - step.lambda_next)) * ks::lagrange(lambdas, j, u);
      };
      weights.push_back(step.alpha_next *
                        quadrature.integral(integrand, step.lambda, step.lambda_next));
    }
    return weights;
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto kept = static_cast<std::size_t>(std::max(predictor_order, corrector_order));
    run.reserve(kept + 4);
    if (eta > 0) run.require_falling("set eta to 0");
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    const ks::GaussLegendre quadrature(16);
    const double sde_start = run.model().percent_to_sigma(sde_start_percent);
    const double sde_end = run.model().percent_to_sigma(sde_end_percent);
    const int steps = static_cast<int>(run.sigmas().size()) - 1;
    const bool to_zero = run.sigmas().back() == 0;

    ks::History<ks::Tensor> predictions(kept);
    ks::History<double> lambdas(kept);
    const auto adams = [&](const Step& step, double ratio, int order, bool corrector) {
      const std::size_t n = static_cast<std::size_t>(order);
      std::vector<double> nodes;
      for (std::size_t j = 0; j < n; ++j) nodes.push_back(lambdas[j]);
      const std::vector<double> b = weights(step, nodes, corrector, quadrature);
      ks::Sum sum(ratio * std::exp(-step.tau * step.tau * step.h()) * x);
      for (std::size_t j = 0; j < n; ++j) sum += b[j] * predictions[j];
      return sum;
    };

    ks::Tensor predicted = 1.0 * x;
    std::optional<ks::Tensor> noise;
    Step step{};
    double ratio = 0;  // sigma_next / sigma of `step`
    double noise_scale = 0;
    for (auto [index, sigma, sigma_next] : run.steps()) {
      const int i = static_cast<int>(index);
      predictions.push(run.denoise(predicted, sigma));
      lambdas.push(snr.lambda(sigma));
      run.step(index, sigma, predicted, predictions[0]);
      const int known = static_cast<int>(predictions.size());
      int predictor = std::min(predictor_order, known);
      int corrector = std::min(corrector_order, known);
      if (i == 0 || (sigma_next == 0 && !use_pece)) corrector = 0;
      if (to_zero) {  // lower orders towards the end
        predictor = std::min(predictor, steps - 1 - i);
        corrector = std::min(corrector, steps - i);
      }

      if (corrector == 0) {
        x = predicted;
      } else {
        ks::Sum corrected = adams(step, ratio, corrector, true);
        if (noise_scale > 0) corrected += noise_scale * *noise;
        x = corrected;
        if (use_pece) predictions.newest() = run.denoise(x, sigma);
      }
      if (sigma_next == 0) {
        x = predictions[0];
        continue;
      }
      step = {snr.lambda(sigma), snr.lambda(sigma_next), snr.alpha(sigma_next),
              sde_start >= sigma_next && sigma_next >= sde_end ? eta : 0.0};
      ratio = sigma_next / sigma;
      noise_scale = s_noise * sigma_next * std::sqrt(-std::expm1(-2 * step.tau * step.tau * step.h()));
      ks::Sum prediction = adams(step, ratio, predictor, false);
      if (noise_scale > 0) {
        noise = run.noise(sigma, sigma_next);
        prediction += noise_scale * *noise;
      }
      predicted = prediction;
    }
    if (!to_zero) x = predicted;
  }
};

struct SaSolverPece : SaSolver {
  SaSolverPece() { use_pece = true; }
  static constexpr auto params = SaSolver::common_params;
  static constexpr ks::SamplerInfo info = [] {
    ks::SamplerInfo pece = SaSolver::info;
    pece.id = "sa_solver_pece";
    pece.title = "SA-Solver PECE";
    pece.summary = "Stochastic Adams predictor-corrector that calls the model again after correcting";
    // The first step makes one call and the last one two, the same together.
    pece.model_calls = {.per_step = 2, .second_last = 2, .last = 1};
    return pece;
  }();
};

KS_SAMPLER(SaSolver)
KS_SAMPLER(SaSolverPece)
