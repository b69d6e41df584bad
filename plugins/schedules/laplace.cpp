// SPDX-License-Identifier: Apache-2.0
//
// Quantiles of a Laplace distribution of ln(sigma), within the range of the model (Hang et al. 2024).
//   ln sigma_i = mu - beta * sgn(1/2 - x) * ln(1 - 2 |1/2 - x| + 1e-5),  x = i / (n-1)
// As published in ComfyUI it ends at the smallest noise level, so that n sigmas make n - 1 steps and
// the last of the noise stays; `append_zero` adds the step to 0.
#include "sigma_range.hpp"

#include <ks/float32.hpp>

#include <algorithm>

struct Laplace : SigmaRange {
  double mu = 0.0;
  double beta = 0.5;
  bool append_zero = false;

  static constexpr ks::SchedulerInfo info = {
      .id = "laplace",
      .title = "Laplace",
      .summary = "Most steps around one noise level, fewer away from it; ends above 0 unless told to",
      .source = "Hang et al. 2024, Improved Noise Schedule for Diffusion Training"};
  static constexpr auto params = std::tuple_cat(
      ks::params(ks::param(&Laplace::mu, {"mu", "ln(sigma) where the steps are closest", -10, 10}),
                 ks::param(&Laplace::beta, {"beta", "How wide the steps are spread", 0, 10}),
                 ks::param(&Laplace::append_zero, {"append_zero", "Whether a last step goes to 0"})),
      range_params);

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const auto largest = static_cast<float>(first(model));
    const auto smallest = static_cast<float>(last(model));
    std::vector<double> sigmas;
    for (const float x : ks::float32::linspace(0, 1, steps)) {
      const float from_middle = 0.5F - x;
      const float log_tail = ks::float32::log(1.0F - 2.0F * std::abs(from_middle) + 1e-5F);
      const auto sign = static_cast<float>((from_middle > 0) - (from_middle < 0));
      const float log_sigma = static_cast<float>(mu) - static_cast<float>(beta) * sign * log_tail;
      sigmas.push_back(std::clamp(ks::float32::exp(log_sigma), smallest, largest));
    }
    if (append_zero || sigmas.size() == 1) sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Laplace)
