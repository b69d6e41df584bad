#include "host/sampling/differential_mask.hpp"

#include <ATen/TensorOperators.h>

#include <algorithm>

namespace ksampler {

DifferentialMask::DifferentialMask(const ModelSampling& sampling, std::span<const double> sigmas,
                                   double strength)
    : sampling_(sampling),
      first_(static_cast<float>(sampling.timestep(sigmas.front()))),
      last_(static_cast<float>(sampling.timestep(std::max(sigmas.back(), sampling.sigma_min())))),
      strength_(strength) {}

at::Tensor DifferentialMask::at(const at::Tensor& mask, double sigma) const {
  const float t = static_cast<float>(sampling_.timestep(sigma));
  const float threshold = (t - last_) / (first_ - last_);
  at::Tensor open = (mask >= threshold).to(mask.scalar_type());
  if (strength_ == 0.0 || strength_ >= 1.0) return open;
  return strength_ * open + (1.0 - strength_) * mask;
}

}  // namespace ksampler
