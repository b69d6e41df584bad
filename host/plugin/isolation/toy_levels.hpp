// Noise levels for a scheduler's self-test: a table of 1000 and the functions between its entries.
#ifndef KSAMPLER_PLUGIN_ISOLATION_TOY_LEVELS_HPP
#define KSAMPLER_PLUGIN_ISOLATION_TOY_LEVELS_HPP

#include <ks/ks.h>

#include <cmath>
#include <vector>

namespace ksampler::isolation {

class ToyLevels {
 public:
  //   additive: sigma(t) = sigma_min * (sigma_max / sigma_min)^(t / 999)
  //   flow:     sigma(t) = (t + 1) / 1000
  explicit ToyLevels(bool flow) {
    const auto sigma = flow ? &flow_sigma : &additive_sigma;
    for (int t = 0; t < kCount; ++t) table_.push_back(static_cast<float>(sigma(nullptr, t)));
    model_.size = sizeof model_;
    model_.noising = flow ? KS_NOISING_FLOW : KS_NOISING_ADDITIVE;
    model_.prediction = flow ? KS_PREDICTION_FLOW : KS_PREDICTION_EPS;
    model_.sigma_count = kCount;
    model_.sigmas = table_.data();
    model_.sigma_min = table_.front();
    model_.sigma_max = table_.back();
    model_.shift = 1;
    model_.sigma = sigma;
    model_.timestep = flow ? &flow_timestep : &additive_timestep;
    model_.percent_to_sigma = flow ? &flow_at_percent : &additive_at_percent;
  }
  ToyLevels(const ToyLevels&) = delete;
  ToyLevels& operator=(const ToyLevels&) = delete;

  const ks_model_sampling& model() const { return model_; }

 private:
  static constexpr int kCount = 1000;
  static constexpr double kMin = 0.03;  // about those of Stable Diffusion
  static constexpr double kMax = 14.6;

  static double additive_sigma(void*, double t) {
    return kMin * std::pow(kMax / kMin, t / (kCount - 1));
  }
  static double additive_timestep(void*, double sigma) {
    return sigma <= 0 ? 0 : (kCount - 1) * std::log(sigma / kMin) / std::log(kMax / kMin);
  }
  static double flow_sigma(void*, double t) { return (t + 1) / kCount; }
  static double flow_timestep(void*, double sigma) { return sigma * kCount - 1; }
  static double flow_at_percent(void*, double percent) { return percent >= 1 ? 0 : 1 - percent; }
  static double additive_at_percent(void*, double percent) {
    return percent >= 1 ? 0 : additive_sigma(nullptr, (1 - percent) * (kCount - 1));
  }

  std::vector<double> table_;
  ks_model_sampling model_{};
};

}  // namespace ksampler::isolation

#endif
