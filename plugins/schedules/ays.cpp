// SPDX-License-Identifier: Apache-2.0
//
// Align Your Steps (Sabour et al. 2024): noise levels of 10 steps, optimised for a model; other numbers
// of steps by log-linear interpolation, as the authors recommend. Then 0 in place of the last.
//
// NVIDIA publishes the schedules of Stable Diffusion 1.5 and XL as timesteps; the tables are the noise
// levels of those models (sqrt(beta) linear from 0.00085 to 0.012) at them. That of Stable Video
// Diffusion is published as noise levels.
#include "additive.hpp"
#include "loglinear.hpp"

#include <array>

namespace {

enum class ModelType { sd1, sdxl, svd };
constexpr const char* kModelTypes[] = {"SD1", "SDXL", "SVD"};

using Table = std::array<double, 11>;
constexpr Table kTables[] = {
    // Timesteps 999, 850, 736, 645, 545, 455, 343, 233, 124, 24, 0.
    {14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092, 0.9642583904,
     0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582},
    // Timesteps 999, 845, 730, 587, 443, 310, 193, 116, 53, 13, 0.
    {14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141, 0.5550693289,
     0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582},
    {700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002}};

}  // namespace

struct AlignYourSteps {
  ModelType model_type = ModelType::sd1;

  static constexpr ks::SchedulerInfo info = {
      .id = "ays",
      .title = "Align Your Steps",
      .summary = "Noise levels optimised for one model; best at about 10 steps",
      .source =
          "Sabour et al. 2024, Align Your Steps: Optimizing Sampling Schedules in Diffusion "
          "Models; research.nvidia.com/labs/toronto-ai/AlignYourSteps/howto.html"};
  static constexpr auto params = ks::params(ks::choice(
      &AlignYourSteps::model_type, {"model_type", "The model that the levels are for"}, kModelTypes));

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    require_additive(model, "ays");
    std::vector<double> sigmas = loglinear(kTables[static_cast<std::size_t>(model_type)], steps + 1ul);
    sigmas.back() = 0.0;
    return sigmas;
  }
};

KS_SCHEDULER(AlignYourSteps)
