// SPDX-License-Identifier: Apache-2.0
//
// Equal steps in sigma^(1/rho), from sigma_max to sigma_min, then 0 (Karras et al. 2022, equation 5).
//   sigma_i = (sigma_max^(1/rho) + i / (n-1) * (sigma_min^(1/rho) - sigma_max^(1/rho)))^rho
#include "sigma_range.hpp"

#include <ks/float32.hpp>

struct Karras : SigmaRange {
  double rho = 7.0;

  static constexpr ks::SchedulerInfo info = {
      .id = "karras",
      .title = "Karras",
      .summary = "Equal steps in a root of sigma: more of them at low noise",
      .source =
          "Karras et al. 2022, Elucidating the Design Space of Diffusion-Based Generative "
          "Models, equation 5"};
  static constexpr auto params = std::tuple_cat(
      ks::params(
          ks::param(&Karras::rho, {"rho", "The root; more gives more steps at low noise", 0.01, 100})),
      range_params);

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const double max_inv_rho = std::pow(first(model), 1 / rho);
    const double min_inv_rho = std::pow(last(model), 1 / rho);
    const auto start = static_cast<float>(max_inv_rho);
    const auto difference = static_cast<float>(min_inv_rho - max_inv_rho);
    std::vector<double> sigmas;
    for (const float ramp : ks::float32::linspace(0, 1, steps)) {
      sigmas.push_back(ks::float32::pow(start + ramp * difference, static_cast<float>(rho)));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Karras)
