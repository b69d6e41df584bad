// SPDX-License-Identifier: Apache-2.0
//
// SEEDS-2: the two stage exponential solver of the reverse SDE; the formula is in seeds_2.hpp.
#include "seeds_2.hpp"

struct Seeds2 {
  Seeds2Type solver_type = Seeds2Type::phi_1;
  double eta = 1.0;
  double s_noise = 1.0;
  double r = 0.5;

  static constexpr const char* solver_types[] = {"phi_1", "phi_2"};
  static constexpr ks::SamplerInfo info = {
      .id = "seeds_2",
      .title = "SEEDS-2",
      .summary = "Stochastic exponential solver of two stages; the stages of a step share their noise",
      .source =
          "Gonzalez et al. 2023, SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling "
          "from Diffusion Models",
      .order = 2,
      .stochastic = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params = ks::params(
      ks::choice(&Seeds2::solver_type, {"solver_type", "Weights of the two predictions"}, solver_types),
      ks::eta_param(&Seeds2::eta), ks::s_noise_param(&Seeds2::s_noise),
      ks::param(&Seeds2::r, {"r", "Where in the step the second stage lies", 0.01, 1.0}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    sample_seeds_2(run, x, r, solver_type, eta, s_noise);
  }
};

KS_SAMPLER(Seeds2)
