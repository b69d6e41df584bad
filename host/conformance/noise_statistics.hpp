// What the noise of a source is on average, and how sure that is.
#ifndef KSAMPLER_CONFORMANCE_NOISE_STATISTICS_HPP
#define KSAMPLER_CONFORMANCE_NOISE_STATISTICS_HPP

#include "host/conformance/shaping_case.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ksampler::conformance {

struct Estimate {
  double value = 0;
  double deviation = 0;  // of the value

  // By more than chance and rounding explain.
  bool is_far_from(double expected) const;
};

struct NoiseStatistics {
  Estimate mean;
  Estimate variance;
  // Between elements, by the words "one to the right of each other".
  std::vector<std::pair<std::string, Estimate>> correlations;
};

// Of many runs, each with a seed of its own; `draws` gives those of one.
void measure(NoiseStatistics& statistics,
             const std::function<std::vector<Vector>(const ShapingCase&)>& draws);

}  // namespace ksampler::conformance

#endif
