// SPDX-License-Identifier: Apache-2.0
//
// Exponential Heun on the denoised prediction: SEEDS-2 with the second stage at the end of the step, r
// = 1, and phi_2 weights. Without noise, and as an SDE. The formula is in seeds_2.hpp.
#include "seeds_2.hpp"

struct ExpHeun2X0 {
  static constexpr ks::SamplerInfo info = {
      .id = "exp_heun_2_x0",
      .title = "Exponential Heun",
      .summary = "Second order exponential Runge-Kutta on the denoised prediction, two model calls",
      .source =
          "Hochbruck and Ostermann 2005, Explicit Exponential Runge-Kutta Methods; Gonzalez et "
          "al. 2023, SEEDS",
      .order = 2,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};

  void sample(ks::Run& run, ks::Tensor& x) const {
    sample_seeds_2(run, x, 1.0, Seeds2Type::phi_2, 0.0, 0.0);
  }
};

struct ExpHeun2X0Sde {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = [] {
    ks::SamplerInfo sde = ExpHeun2X0::info;
    sde.id = "exp_heun_2_x0_sde";
    sde.title = "Exponential Heun SDE";
    sde.summary = "Exponential Heun of the reverse SDE";
    sde.stochastic = true;
    sde.noise = ks::Noise::gaussian;
    return sde;
  }();
  static constexpr auto params =
      ks::params(ks::eta_param(&ExpHeun2X0Sde::eta), ks::s_noise_param(&ExpHeun2X0Sde::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    sample_seeds_2(run, x, 1.0, Seeds2Type::phi_2, eta, s_noise);
  }
};

KS_SAMPLER(ExpHeun2X0)
KS_SAMPLER(ExpHeun2X0Sde)
