// SPDX-License-Identifier: Apache-2.0
//
// Equal steps in ln(sigma), from sigma_max to sigma_min, then 0 (k-diffusion, get_sigmas_exponential).
#include "sigma_range.hpp"

#include <ks/float32.hpp>

struct Exponential : SigmaRange {
  static constexpr ks::SchedulerInfo info = {.id = "exponential",
                                             .title = "Exponential",
                                             .summary = "Equal steps in the logarithm of sigma",
                                             .source = "k-diffusion, get_sigmas_exponential"};
  static constexpr auto params = range_params;

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    std::vector<double> sigmas;
    for (const float log_sigma :
         ks::float32::linspace(std::log(first(model)), std::log(last(model)), steps)) {
      sigmas.push_back(ks::float32::exp(log_sigma));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Exponential)
