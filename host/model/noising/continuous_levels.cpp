#include "host/model/noising/noise_levels.hpp"

#include <ks/float32.hpp>

#include <cmath>
#include <numbers>

namespace ksampler {
namespace {

constexpr std::uint32_t kTableLength = 1000;

class Edm : public NoiseLevels {
 public:
  Edm(double sigma_min, double sigma_max) {
    for (const float log_sigma :
         ks::float32::linspace(std::log(sigma_min), std::log(sigma_max), kTableLength)) {
      table_.push_back(ks::float32::exp(log_sigma));
    }
  }

  float sigma(float timestep) const override { return ks::float32::exp(timestep / 0.25F); }
  float timestep(float sigma) const override { return 0.25F * ks::float32::log(sigma); }

  double percent_to_sigma(double percent) const override {
    const double first = std::log(static_cast<double>(table_.front()));
    const double last = std::log(static_cast<double>(table_.back()));
    return std::exp((last - first) * (1.0 - percent) + first);
  }
  double start() const override { return 999999999.9; }
};

class Angle : public Edm {
 public:
  using Edm::Edm;

  float sigma(float timestep) const override { return ks::float32::tan(timestep * kPi / 2.0F); }
  float timestep(float sigma) const override { return std::atan(sigma) / kPi * 2.0F; }

 private:
  static constexpr float kPi = std::numbers::pi_v<float>;
};

class Cosmos : public Edm {
 public:
  using Edm::Edm;

  float sigma(float timestep) const override {
    const float largest = sigma_max();
    return timestep >= largest / (largest + 1.0F) ? largest : timestep / (1.0F - timestep);
  }
  float timestep(float sigma) const override { return sigma / (sigma + 1.0F); }
};

}  // namespace

std::shared_ptr<const NoiseLevels> edm_levels(double sigma_min, double sigma_max) {
  return std::make_shared<Edm>(sigma_min, sigma_max);
}

std::shared_ptr<const NoiseLevels> angle_levels(double sigma_min, double sigma_max) {
  return std::make_shared<Angle>(sigma_min, sigma_max);
}

std::shared_ptr<const NoiseLevels> cosmos_levels(double sigma_min, double sigma_max) {
  return std::make_shared<Cosmos>(sigma_min, sigma_max);
}

}  // namespace ksampler
