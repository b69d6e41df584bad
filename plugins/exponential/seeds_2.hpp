// SPDX-License-Identifier: Apache-2.0
#ifndef EXPONENTIAL_SEEDS_2_HPP
#define EXPONENTIAL_SEEDS_2_HPP

#include "seeds.hpp"

enum class Seeds2Type { phi_1, phi_2 };

// Two stages, the second at the fraction r of the step in lambda.
//   u  = decay x + w_1 D + noise, to sigma_s                     D = D(x, sigma)
//   x <- decay x + w_1 ((1 - 1/(2r)) D + 1/(2r) D_2) + noise     D_2 = D(u, sigma_s), phi_1
//   x <- decay x + (w_1 - w_2 / r) D + w_2 / r D_2 + noise       phi_2
inline void sample_seeds_2(ks::Run& run, ks::Tensor& x, double r, Seeds2Type type, double eta,
                           double s_noise) {
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
    const double lambda = snr.lambda(sigma);
    // At r = 1 exactly the next level: through the logarithm it could end beside it.
    const double sigma_s =
        r == 1 ? sigma_next : snr.sigma(lambda + r * (snr.lambda(sigma_next) - lambda));
    const SeedsStep stage(snr, eta, sigma, sigma_s), step(snr, eta, sigma, sigma_next);

    ks::Tensor u = stage.decay * x + stage.weight_1() * denoised;
    if (noisy) {
      noise.restart();
      noise.advance(sigma, sigma_s);
      u += s_noise * sigma_s * noise.path();
    }
    const ks::Tensor denoised_2 = run.denoise(u, sigma_s);
    const double weight_2 = type == Seeds2Type::phi_1 ? step.weight_1() / (2 * r) : step.weight_2() / r;
    const auto mean = step.decay * x + (step.weight_1() - weight_2) * denoised + weight_2 * denoised_2;
    if (noisy) {
      noise.advance(sigma_s, sigma_next);
      x = mean + s_noise * sigma_next * noise.path();
    } else {
      x = mean;
    }
  }
}

#endif
