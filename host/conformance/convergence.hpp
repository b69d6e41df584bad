// How fast the error of a sampler falls as its steps get shorter.
#ifndef KSAMPLER_CONFORMANCE_CONVERGENCE_HPP
#define KSAMPLER_CONFORMANCE_CONVERGENCE_HPP

#include "host/conformance/runs.hpp"
#include "host/conformance/three_modes.hpp"

#include <vector>

namespace ksampler::conformance {

using Schedule = Vector (*)(bool flow, double first, double last, std::uint32_t steps);

// The error against the exact flow of data with three modes, and its slope at the end, where `values`
// are set. Noise is taken out with eta 0; ends the check as a skip where some is drawn all the same.
Curve convergence(const SamplerCase& sampler_case, Schedule schedule,
                  const std::vector<std::uint32_t>& steps, Values values = {});

}  // namespace ksampler::conformance

#endif
