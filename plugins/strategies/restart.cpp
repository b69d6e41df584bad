// SPDX-License-Identifier: Apache-2.0
//
// Restart (Xu et al. 2023, Algorithm 1), around Heun's method: where the noise has fallen to sigma_min,
// it goes back up to sigma_max, all at once, and down again in steps of its own, some times over. The
// noise forgets errors of the steps before, and the steps between are those of an ODE.
//   x <- alpha_max / alpha x + s_noise sqrt(sigma_max^2 - (alpha_max / alpha)^2 sigma^2) noise
// The steps down are evenly spaced in sigma^(1/rho), rho 7 (Karras et al. 2022, equation 5). Restarts
// stay as long as they are, however many steps there are, so that with noise there is no limit.
#include <ks/sampler.hpp>

struct Restart {
  std::uint32_t repeats = 1;
  std::uint32_t steps = 5;
  double sigma_min = 0.1;
  double sigma_max = 0.3;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "restart",
      .title = "Restart",
      .summary = "Heun's method, which goes back up to more noise and down again before the end",
      .source = "Xu et al. 2023, Restart Sampling for Improving Generative Processes, Algorithm 1",
      .order = 2,
      .stochastic = true,
      .no_limit = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {0, 0, 0}};  // where the restart lies depends on the schedule
  static constexpr auto params = ks::params(
      ks::param(&Restart::repeats,
                {"repeats", "How often it goes back up: the paper's K; 0: never", 0, 100}),
      ks::param(&Restart::steps, {"steps", "Steps down again: the paper's N_Restart", 1, 1000}),
      ks::param(
          &Restart::sigma_min,
          {"sigma_min", "Below which it goes back up, at the first level of the schedule", 0.0, 1e4}),
      ks::param(&Restart::sigma_max, {"sigma_max", "Where it goes back up to", 0.0, 1e4}),
      ks::s_noise_param(&Restart::s_noise));

  // Heun's method, and Euler's to 0.
  static void step(const ks::Run& run, std::uint32_t i, double sigma, double sigma_next,
                   ks::Tensor& x) {
    const ks::Tensor denoised = run.denoise(x, sigma);
    run.step(i, sigma, x, denoised);
    if (sigma_next == 0) {
      x = denoised;
      return;
    }
    const double h = sigma_next - sigma;
    const ks::Tensor end = x + h / sigma * (x - denoised);
    const ks::Tensor denoised_2 = run.denoise(end, sigma_next);
    x += h / 2 * ((x - denoised) / sigma + (end - denoised_2) / sigma_next);
  }

  // Level `at` of the way down from `from` to `to`.
  double level(std::uint32_t at, double from, double to) const {
    if (at == 0) return from;
    if (at == steps) return to;
    const double first = std::pow(from, 1 / 7.0), last = std::pow(to, 1 / 7.0);
    return std::pow(first + (last - first) * at / steps, 7);
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    if (repeats > 0) run.require_falling("set repeats to 0");
    const ks::HalfLogSnr snr = run.snr();
    // No higher than the run began: there the model was never asked.
    const double top = std::min(sigma_max, run.sigmas().front());
    for (auto [i, sigma, sigma_next] : run.steps()) {
      step(run, i, sigma, sigma_next, x);
      const bool here = sigma > sigma_min && sigma_next <= sigma_min && sigma_next > 0;
      if (!here || top <= sigma_next) continue;
      const double scale = snr.alpha(top) / snr.alpha(sigma_next), kept = scale * sigma_next;
      const double up = std::sqrt(std::max(0.0, top * top - kept * kept));
      for (std::uint32_t repeat = 0; repeat < repeats; ++repeat) {
        x = scale * x + s_noise * up * run.noise(sigma_next, top);
        for (std::uint32_t k = 0; k < steps; ++k) {
          step(run, i, level(k, top, sigma_next), level(k + 1, top, sigma_next), x);
        }
      }
    }
  }
};

KS_SAMPLER(Restart)
