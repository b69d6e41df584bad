// SPDX-License-Identifier: Apache-2.0
//
// SEEDS-3: the three stage exponential solver of the reverse SDE (Gonzalez et al. 2023), with stages at
// the fractions r_1 and r_2 of the step in lambda. With decay, w_1 and w_2 of seeds.hpp for each stage:
//   u_1 = decay x + w_1 D + noise                                    to sigma_1
//   u_2 = decay x + (w_1 - r_2/r_1 w_2) D + r_2/r_1 w_2 D_1 + noise  to sigma_2
//   x  <- decay x + (w_1 - w_2 / r_2) D + w_2 / r_2 D_2 + noise      to sigma_next
#include "seeds.hpp"

struct Seeds3 {
  double eta = 1.0;
  double s_noise = 1.0;
  double r_1 = 1.0 / 3;
  double r_2 = 2.0 / 3;

  static constexpr ks::SamplerInfo info = {
      .id = "seeds_3",
      .title = "SEEDS-3",
      .summary =
          "Stochastic exponential solver of three stages; the stages of a step share their noise",
      .source =
          "Gonzalez et al. 2023, SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling "
          "from Diffusion Models",
      .order = 3,
      .stochastic = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {.per_step = 3, .second_last = 3, .last = 1}};
  static constexpr auto params =
      ks::params(ks::eta_param(&Seeds3::eta), ks::s_noise_param(&Seeds3::s_noise),
                 ks::param(&Seeds3::r_1, {"r_1", "Where in the step the second stage lies", 0.01, 1.0}),
                 ks::param(&Seeds3::r_2, {"r_2", "Where in the step the third stage lies", 0.01, 1.0}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    if (r_1 >= r_2) throw std::runtime_error("seeds_3: r_1 must be less than r_2");
    if (eta > 0) run.require_falling("set eta to 0");
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    const bool noisy = eta > 0 && s_noise > 0;
    SeedsNoise noise(run, eta);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double lambda = snr.lambda(sigma), h = snr.lambda(sigma_next) - lambda;
      const double sigma_1 = snr.sigma(lambda + r_1 * h), sigma_2 = snr.sigma(lambda + r_2 * h);
      const SeedsStep first(snr, eta, sigma, sigma_1), second(snr, eta, sigma, sigma_2),
          step(snr, eta, sigma, sigma_next);

      ks::Tensor u = first.decay * x + first.weight_1() * denoised;
      if (noisy) {
        noise.restart();
        noise.advance(sigma, sigma_1);
        u += s_noise * sigma_1 * noise.path();
      }
      const ks::Tensor denoised_1 = run.denoise(u, sigma_1);

      const double a = r_2 / r_1 * second.weight_2();
      u = second.decay * x + (second.weight_1() - a) * denoised + a * denoised_1;
      if (noisy) {
        noise.advance(sigma_1, sigma_2);
        u += s_noise * sigma_2 * noise.path();
      }
      const ks::Tensor denoised_2 = run.denoise(u, sigma_2);

      const double b = step.weight_2() / r_2;
      const auto mean = step.decay * x + (step.weight_1() - b) * denoised + b * denoised_2;
      if (noisy) {
        noise.advance(sigma_2, sigma_next);
        x = mean + s_noise * sigma_next * noise.path();
      } else {
        x = mean;
      }
    }
  }
};

KS_SAMPLER(Seeds3)
