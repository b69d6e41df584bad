// The variance of what a sampler with noise makes, after every step, computed without chance: with
// Gaussian data everything is linear in the initial noise and in each draw, so that a run with unit
// impulses in their place gives the weight of each (see ImpulseNoise).
#ifndef KSAMPLER_CONFORMANCE_VARIANCE_TRACE_HPP
#define KSAMPLER_CONFORMANCE_VARIANCE_TRACE_HPP

#include "host/conformance/convergence.hpp"

namespace ksampler::conformance {

// Variance and noise level at each step, and after the last.
struct VarianceTrace {
  bool flow = false;
  double scale = 0;  // of the data
  Vector sigmas;
  Vector variances;

  // Relative to the diffusion's at that noise level.
  double ratio(std::size_t i) const;
  // The largest distance of that from 1.
  double worst() const;
};

VarianceTrace variance_trace(const SamplerCase& sampler_case, Schedule schedule, std::uint32_t steps,
                             const Values& values = {}, double scale = 0.8);

// Whether what is wrong is the error of a step, which falls with it; a wrong amount of noise would not
// fall. Half a part in ten above the ideal half, for what is not yet asymptotic.
inline bool vanishes(double in_100_steps, double in_200) {
  return in_200 < 1e-9 || (in_100_steps < 0.1 && in_200 < 0.55 * in_100_steps);
}

}  // namespace ksampler::conformance

#endif
