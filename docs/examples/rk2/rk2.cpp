// SPDX-License-Identifier: Apache-2.0
//
// Explicit Runge-Kutta methods of second order (Ralston 1962) on the probability flow ODE, with one
// free parameter: alpha, where in the step the model is asked again.
//   d         = (x - D(x, sigma)) / sigma
//   sigma_2   = sigma + alpha * h,  h = sigma_next - sigma
//   x_2       = x + alpha * h * d
//   d_2       = (x_2 - D(x_2, sigma_2)) / sigma_2
//   x        <- x + h * ((1 - 1/(2 alpha)) * d + 1/(2 alpha) * d_2)
// alpha 1/2 is the midpoint method, 2/3 Ralston's.
#include <ks/sampler.hpp>

struct Rk2 {
  double alpha = 2.0 / 3.0;

  static constexpr ks::SamplerInfo info = {
      .id = "rk2",
      .title = "Runge-Kutta 2",
      .summary = "Second order: asks the model again on the way",
      .source = "Ralston 1962, Runge-Kutta Methods with Minimum Error Bounds",
      .order = 2,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params = ks::params(
      ks::param(&Rk2::alpha, {"alpha", "Where in the step the second model call is", 0.1, 0.9}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;  // what Euler's method gives: one call is enough here
        continue;
      }
      const double h = sigma_next - sigma;
      const double sigma_2 = sigma + alpha * h;
      const auto d = (x - denoised) / sigma;
      const ks::Tensor x_2 = x + alpha * h * d;
      const ks::Tensor denoised_2 = run.denoise(x_2, sigma_2);
      const auto d_2 = (x_2 - denoised_2) / sigma_2;
      x += h * ((1 - 1 / (2 * alpha)) * d + 1 / (2 * alpha) * d_2);
    }
  }
};

KS_SAMPLER(Rk2)
