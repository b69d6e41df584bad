#include "host/model/noising/noise_levels.hpp"

#include <cmath>

namespace ksampler {
namespace {

constexpr int kFlowTableLength = 1000;
constexpr int kFluxTableLength = 10000;

class Flow : public NoiseLevels {
 public:
  Flow(double shift, double multiplier) : shift_(shift), multiplier_(static_cast<float>(multiplier)) {
    for (int i = 1; i <= kFlowTableLength; ++i) {
      const float t = static_cast<float>(i) / static_cast<float>(kFlowTableLength);
      table_.push_back(sigma(t * multiplier_));
    }
  }

  float sigma(float timestep) const override { return shifted<float>(timestep / multiplier_); }
  float timestep(float sigma) const override { return sigma * multiplier_; }
  double percent_to_sigma(double percent) const override { return shifted<double>(1.0 - percent); }
  double start() const override { return 1.0; }

 private:
  template <typename Real>
  Real shifted(Real t) const {
    if (shift_ == 1.0) return t;
    if (shift_ == 0.0) return t < static_cast<Real>(1) ? static_cast<Real>(0) : t;  // the limit
    return static_cast<Real>(shift_) * t / (static_cast<Real>(1) + static_cast<Real>(shift_ - 1.0) * t);
  }

  double shift_;
  float multiplier_;
};

class Flux : public NoiseLevels {
 public:
  explicit Flux(double shift) : exp_shift_(std::exp(shift)) {
    for (int i = 1; i <= kFluxTableLength; ++i) {
      table_.push_back(sigma(static_cast<float>(i) / static_cast<float>(kFluxTableLength)));
    }
  }

  float sigma(float timestep) const override {
    const auto e = static_cast<float>(exp_shift_);
    // A number over a tensor is that number times a rounded reciprocal.
    return (1.0F / (e + (1.0F / timestep - 1.0F))) * e;
  }
  float timestep(float sigma) const override { return sigma; }
  double percent_to_sigma(double percent) const override {
    return exp_shift_ / (exp_shift_ + (1.0 / (1.0 - percent) - 1.0));
  }
  double start() const override { return 1.0; }

 private:
  double exp_shift_;
};

}  // namespace

std::shared_ptr<const NoiseLevels> flow_levels(double shift, double multiplier) {
  return std::make_shared<Flow>(shift, multiplier);
}

std::shared_ptr<const NoiseLevels> flux_levels(double shift) { return std::make_shared<Flux>(shift); }

}  // namespace ksampler
