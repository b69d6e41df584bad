// SPDX-License-Identifier: Apache-2.0
//
// A polynomial in ln(sigma), from sigma_max to sigma_min, then 0 (k-diffusion,
// get_sigmas_polyexponential).
//   sigma_i = exp((1 - i / (n-1))^rho * (ln sigma_max - ln sigma_min) + ln sigma_min)
#include "sigma_range.hpp"

#include <ks/float32.hpp>

struct Polyexponential : SigmaRange {
  double rho = 1.0;

  static constexpr ks::SchedulerInfo info = {
      .id = "polyexponential",
      .title = "Polyexponential",
      .summary = "Exponential, bent by a power: above 1 towards low noise, below 1 towards high",
      .source = "k-diffusion, get_sigmas_polyexponential"};
  static constexpr auto params = std::tuple_cat(
      ks::params(ks::param(&Polyexponential::rho,
                           {"rho", "The power; 1 is the exponential schedule", 0.01, 100})),
      range_params);

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const double log_max = std::log(first(model));
    const double log_min = std::log(last(model));
    const auto difference = static_cast<float>(log_max - log_min);
    std::vector<double> sigmas;
    for (const float ramp : ks::float32::linspace(1, 0, steps)) {
      const float bent = ks::float32::pow(ramp, static_cast<float>(rho));
      sigmas.push_back(ks::float32::exp(bent * difference + static_cast<float>(log_min)));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Polyexponential)
