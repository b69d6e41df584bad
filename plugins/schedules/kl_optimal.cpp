// SPDX-License-Identifier: Apache-2.0
//
// Equal steps in arctan(sigma), then 0 (Sabour et al. 2024, Align Your Steps: the schedule that
// minimises their bound of the KL divergence where the data is a Gaussian).
//   sigma_i = tan(i / (n-1) * arctan(sigma_min) + (1 - i / (n-1)) * arctan(sigma_max))
#include <ks/float32.hpp>
#include <ks/scheduler.hpp>

struct KlOptimal {
  static constexpr ks::SchedulerInfo info = {
      .id = "kl_optimal",
      .title = "KL optimal",
      .summary = "Equal steps in the arctangent of sigma: best for Gaussian data",
      .source =
          "Sabour et al. 2024, Align Your Steps: Optimizing Sampling Schedules in Diffusion Models"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const auto first = static_cast<float>(std::atan(model.sigma_max()));
    const auto last = static_cast<float>(std::atan(model.sigma_min()));
    // A single step has no last one to be measured against, and begins at sigma_max.
    const auto distance = static_cast<float>(steps == 1 ? 1 : steps - 1);
    std::vector<double> sigmas;
    for (std::uint32_t i = 0; i < steps; ++i) {
      const float progress = static_cast<float>(i) / distance;
      sigmas.push_back(ks::float32::tan(progress * last + (1.0F - progress) * first));
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(KlOptimal)
