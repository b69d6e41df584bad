// SPDX-License-Identifier: Apache-2.0
//
// Entries of the model's table at equal distances, counted from its noisy end, then 0.
//   sigma_i = table[N - 1 - floor(i * N / n)]
#include <ks/scheduler.hpp>

struct Simple {
  static constexpr ks::SchedulerInfo info = {
      .id = "simple",
      .title = "Simple",
      .summary = "Entries of the model's table of noise levels at equal distances",
      .source = "ComfyUI, simple_scheduler"};

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const auto table = model.sigmas();
    const double stride = static_cast<double>(table.size()) / steps;
    std::vector<double> sigmas;
    for (std::uint32_t i = 0; i < steps; ++i) {
      sigmas.push_back(table[table.size() - 1 - static_cast<std::size_t>(i * stride)]);
    }
    sigmas.push_back(0.0);
    return sigmas;
  }
};

KS_SCHEDULER(Simple)
