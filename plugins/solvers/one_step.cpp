// SPDX-License-Identifier: Apache-2.0
#include "one_step.hpp"

#include <optional>

namespace solvers {

void Stepper::step(const Step& step, ks::Tensor& x, const ks::Tensor& start, std::uint32_t sweeps,
                   double scale, const ks::Tensor* noise, double noise_scale) {
  Stages stages;
  method_.fill(step, stages);
  std::array<const ks::Tensor*, kMostStages> known{};
  known.fill(&start);
  const auto sum = [&](std::size_t row, double factor) {
    Terms terms;
    terms.add(factor * stages.of_x[row], x);
    for (std::size_t j = 0; j < stages.count; ++j) terms.add(factor * stages.of_d[row][j], *known[j]);
    return terms;
  };
  for (std::uint32_t sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t i = 0; i < stages.count; ++i) {
      if (stages.is_start(i)) continue;
      sum(i, 1).into(stage_);
      denoise(denoised_[i], stage_, stages.sigma[i]);
      known[i] = &denoised_[i];
    }
  }
  Terms end = sum(stages.count, scale);
  if (noise != nullptr) end.add(noise_scale, *noise);
  end.into(x);
}

void sample(ks::Run& run, ks::Tensor& x, const Method& method, std::uint32_t sweeps, double eta,
            double s_noise) {
  if (eta > 0) run.require_falling("set eta to 0");
  if (method.over_lambda) run.offset_first_sigma();
  const double highest = highest_sigma(run, method.over_lambda);
  Stepper stepper(run, method);
  ks::Tensor denoised = run.tensor();
  std::optional<ks::Tensor> noise;
  for (auto [i, sigma, sigma_next] : run.steps()) {
    denoise(denoised, x, sigma);
    run.step(i, sigma, x, denoised);
    if (sigma_next == 0) {
      x = denoised;
      continue;
    }
    const auto [sigma_down, sigma_up, scale] = run.ancestral_step(sigma, sigma_next, eta);
    if (sigma_up > 0) noise = run.noise(sigma, sigma_next);
    stepper.step({run.snr(), std::min(sigma, highest), std::min(sigma_down, highest)}, x, denoised,
                 sweeps, scale, sigma_up > 0 ? &*noise : nullptr, s_noise * sigma_up);
  }
}

}  // namespace solvers
