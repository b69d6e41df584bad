// SPDX-License-Identifier: Apache-2.0
//
// UniPC (Zhao et al. 2023), multistep on the denoised prediction in the variance preserving scale
// x' = x / sqrt(1 + sigma^2) = alpha x0 + s noise, with lambda = log(alpha / s) = -log(sigma). Over a
// step of length h from prediction D_0, with D_k the ones before it, r_k = (lambda_k - lambda_0) / h,
// and D_p, at the end of the step, where r_p = 1:
//   x'_next = s_next / s x' + alpha_next ((1 - exp(-h)) D_0 - B(h) sum_k rho_k (D_k - D_0) / r_k)
//   sum_k rho_k r_k^(i-1) = i! (-h) phi_{i+1}(-h) / B(h)   for i = 1 ... number of terms
// with B(h) = -h (bh1) or exp(-h) - 1 (bh2). The predictor does without D_p; the corrector takes the
// step again when D_p, at the predicted state, is known. A last level of 0 stands for 0.001.
#include <ks/float32.hpp>
#include <ks/history.hpp>
#include <ks/sampler.hpp>

namespace f32 = ks::float32;

// A noise level in the variance preserving scale. In float32, in the published order of operations: at
// sigma 0.001 the roundings of s are several percent, and at sigma 100 those of alpha are seen as well.
struct VpLevel {
  float sigma;
  float log_alpha;
  float alpha;
  float s;
  float lambda;
  float scale;  // x / x'

  explicit VpLevel(double level) : sigma(static_cast<float>(level)) {
    log_alpha = 0.5f * f32::log(1 / (sigma * sigma + 1));
    alpha = f32::exp(log_alpha);
    float variance = 1 - f32::exp(2 * log_alpha);
    if (variance == 0) variance = sigma * sigma;  // float32 has nothing left of it
    s = std::sqrt(variance);
    lambda = log_alpha - 0.5f * f32::log(variance);
    scale = std::sqrt(sigma * sigma + 1);
  }
};

struct UniPc {
  bool bh2 = false;

  static constexpr ks::SamplerInfo info = {
      .id = "uni_pc",
      .title = "UniPC",
      .summary = "Third order predictor and corrector from one model call a step; for few steps",
      .source =
          "Zhao et al. 2023, UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of "
          "Diffusion Models, B_1(h) = h",
      .order = 2,  // its last step is of first order
      .drops_penultimate = true,
      .leaves_noise = true};

  double b(double h) const { return bh2 ? std::expm1(-h) : -h; }

  // The weights rho for terms at `r`: a Vandermonde system (Golub and Van Loan, algorithm 4.6.2).
  std::vector<double> rho(const std::vector<double>& r, double h) const {
    if (r.size() == 1) return {0.5};  // as published: the limit of small steps
    const std::size_t n = r.size();
    std::vector<double> rho;
    double factorial = 1;
    for (std::size_t i = 1; i <= n; ++i) {
      factorial *= static_cast<double>(i);
      rho.push_back(factorial * -h * ks::phi(static_cast<int>(i) + 1, -h) / b(h));
    }
    for (std::size_t k = 0; k + 1 < n; ++k) {
      for (std::size_t i = n - 1; i > k; --i) rho[i] -= r[k] * rho[i - 1];
    }
    for (std::size_t k = n - 1; k-- > 0;) {
      for (std::size_t i = k + 1; i < n; ++i) rho[i] /= r[i] - r[i - k - 1];
      for (std::size_t i = k; i + 1 < n; ++i) rho[i] -= rho[i + 1];
    }
    return rho;
  }

  // D at x, which is in the usual scale.
  static ks::Tensor evaluate(const ks::Run& run, std::size_t i, const ks::Tensor& x,
                             const VpLevel& level) {
    ks::Tensor denoised = run.denoise(x, level.sigma);
    run.step(static_cast<std::uint32_t>(i), level.sigma, x, denoised);
    return denoised;
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const bool to_zero = run.sigmas().back() == 0;
    std::vector<VpLevel> levels;
    for (double sigma : run.sigmas()) levels.emplace_back(sigma == 0 ? last_level : sigma);
    const std::size_t steps = levels.size() - 1;
    if (steps == 0) return;
    const std::size_t max_order = std::min<std::size_t>(3, steps - 1);
    run.reserve(max_order + 2);

    ks::History<ks::Tensor> predictions(std::max<std::size_t>(max_order, 1));
    ks::History<double> lambdas(std::max<std::size_t>(max_order, 1));
    predictions.push(evaluate(run, 0, x, levels[0]));
    lambdas.push(levels[0].lambda);
    x *= 1.0 / levels[0].scale;
    // A single step has no predictor: the latent is only brought to scale.
    for (std::size_t i = 1; i <= steps && max_order > 0; ++i) {
      const VpLevel& level = levels[i];
      const std::size_t order = i < max_order ? i : std::min(max_order, steps + 1 - i);
      const double h = level.lambda - static_cast<float>(lambdas[0]);
      const ks::Tensor& denoised = predictions[0];
      std::vector<double> r;
      for (std::size_t k = 1; k < order; ++k) r.push_back((lambdas[k] - lambdas[0]) / h);

      const auto step = [&](const std::vector<double>& weights) {
        ks::Sum sum(level.s / levels[i - 1].s * x - level.alpha * std::expm1(-h) * denoised);
        for (std::size_t k = 1; k < order; ++k) {
          sum += level.alpha * -b(h) * weights[k - 1] / r[k - 1] * (predictions[k] - denoised);
        }
        return sum;
      };
      ks::Sum prediction = step(r.empty() ? r : rho(r, h));
      if (i == steps) {
        x = prediction;
        break;
      }
      ks::Tensor predicted = run.tensor();
      predicted = prediction *= level.scale;
      ks::Tensor denoised_next = evaluate(run, i, predicted, level);
      r.push_back(1);
      const std::vector<double> weights = rho(r, h);
      ks::Sum corrected = step(weights);
      corrected += level.alpha * -b(h) * weights.back() * (denoised_next - denoised);
      x = corrected;
      predictions.push(std::move(denoised_next));
      lambdas.push(level.lambda);
    }
    // The latent is at `last_level` now, and counts as one of a flow at that level.
    const double alpha_flow = to_zero && run.model().is_flow() ? 1 - last_level : 1;
    x *= 1 / (levels.back().alpha * alpha_flow);
  }

  static constexpr float last_level = 0.001f;
};

struct UniPcBh2 : UniPc {
  UniPcBh2() { bh2 = true; }
  static constexpr ks::SamplerInfo info = {
      .id = "uni_pc_bh2",
      .title = "UniPC bh2",
      .summary = "UniPC with the other weight function, for guided sampling in few steps",
      .source =
          "Zhao et al. 2023, UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of "
          "Diffusion Models, B_2(h) = exp(h) - 1",
      .order = 2,  // its last step is of first order
      .drops_penultimate = true,
      .leaves_noise = true};
};

KS_SAMPLER(UniPc)
KS_SAMPLER(UniPcBh2)
