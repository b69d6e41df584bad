// The noise levels that a kind of model was trained for, and how they map to its timesteps: what
// ComfyUI's ModelSampling... classes compute, in the same precision. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NOISING_NOISE_LEVELS_HPP
#define KSAMPLER_MODEL_NOISING_NOISE_LEVELS_HPP

#include <cstdint>
#include <memory>
#include <vector>

namespace ksampler {

class NoiseLevels {
 public:
  virtual ~NoiseLevels() = default;

  // The table, rising; float32 values.
  const std::vector<float>& table() const { return table_; }
  float sigma_max() const { return table_.back(); }

  virtual float sigma(float timestep) const = 0;
  virtual float timestep(float sigma) const = 0;
  // For 0 < percent < 1, in float64 where the reference has it.
  virtual double percent_to_sigma(double percent) const = 0;
  // For percent <= 0: nothing is noisier.
  virtual double start() const = 0;

 protected:
  std::vector<float> table_;
};

// Betas that are linear in their square roots (Rombach et al. 2022), with sigma = sqrt((1 - abar) /
// abar).
struct DiscreteBetas {
  double first = 0.00085;
  double last = 0.012;
  std::uint32_t count = 1000;
  // Rescaled so that the last timestep is (nearly) all noise: Lin et al. 2023, Algorithm 1.
  bool zero_terminal_snr = false;
  // Only each `stride`-th of them, counted from the last: those that a distilled model was taught.
  std::uint32_t stride = 1;
};
std::shared_ptr<const NoiseLevels> discrete_levels(const DiscreteBetas& betas);
// The same of a table: the sigma of each timestep, rising. REQUIRES: not empty; above 0.
std::shared_ptr<const NoiseLevels> table_levels(std::vector<float> sigmas);

// Every sigma from `sigma_min` to `sigma_max`; timestep = ln(sigma) / 4 (Karras et al. 2022).
std::shared_ptr<const NoiseLevels> edm_levels(double sigma_min, double sigma_max);

// The same range, with timestep = 2 atan(sigma) / pi: the angle between picture and noise, 0 to 1.
std::shared_ptr<const NoiseLevels> angle_levels(double sigma_min, double sigma_max);

// The same range, with timestep = sigma / (sigma + 1): the noise of x0 + sigma * noise, seen as a flow.
std::shared_ptr<const NoiseLevels> cosmos_levels(double sigma_min, double sigma_max);

// sigma = shift * t / (1 + (shift - 1) * t), timestep = multiplier * t (Esser et al. 2024,
// section 5.3.2).
std::shared_ptr<const NoiseLevels> flow_levels(double shift, double multiplier);

// sigma = e^shift / (e^shift + (1/t - 1)), timestep = t (Black Forest Labs' Flux).
std::shared_ptr<const NoiseLevels> flux_levels(double shift);

}  // namespace ksampler

#endif
