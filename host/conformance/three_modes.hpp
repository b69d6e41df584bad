// Data that orders are measured on. With Gaussian data the probability flow is a hyperbola, for which
// some methods are better than they are: the midpoint method is of third order there. These have three
// modes, and the end of the flow was integrated beforehand, to 18 digits.
#ifndef KSAMPLER_CONFORMANCE_THREE_MODES_HPP
#define KSAMPLER_CONFORMANCE_THREE_MODES_HPP

#include "host/conformance/toy_denoiser.hpp"

#include <cstdint>
#include <vector>

namespace ksampler::toy {

// From noise level `first` to `last`, around the scale of the data, where the flow neither shrinks the
// errors of the first steps nor hides them. Six elements, so that an error is not 0 by chance.
struct ThreeModes {
  bool flow;

  double first() const { return flow ? 0.7 : 1.5; }
  double last() const { return flow ? 0.25 : 0.3; }
  Vector start() const { return {-1.1, 0.4, 0.7, -2.3, 1.9, 0.05}; }
  Vector end() const {
    if (flow) {
      return {-0.849897106890652228, 0.154724913002547934, 0.647645488427388909,
              -1.938907756748386634, 1.556571713796505958, 0.333944720969083324};
    }
    return {-0.552293084235923665, 0.056987408922019191, 0.460323028273906053,
            -1.253462651519481252, 1.010390736779892534, 0.349171836332696166};
  }
  Denoiser denoiser() const {
    return mixture({{0.8, 1.1, -0.4, 0.3, 1.2, -0.7},
                    {-0.9, 0.3, 0.6, 0, 0.2, 0.9},
                    {0.1, -0.5, 0.2, -0.8, 0.4, 0.5}},
                   0.6, 1, flow);
  }
};

// Numbers of steps for a method of such an order: many, but not so many that the error, down to 1e-13,
// meets the rounding of float64. Multiples of 6: of 3, which samplers of single steps of third order
// spend alike, and even.
inline std::vector<std::uint32_t> steps_for(std::uint32_t order) {
  if (order >= 5) return {12, 18, 24, 30};
  if (order == 4) return {24, 48, 96, 144};
  return {36, 66, 126, 252};
}

// Whether the slope of the error between the last two of them is that of the order. Of the fifth and
// higher, the steps are still long where float64 ends: a method whose leading error is small by design
// looks like one of the next order, and one with two of either sign like a little less.
inline bool is_slope_of(double slope, std::uint32_t order) {
  const double below = order >= 5 ? 0.5 : 0.2, above = order >= 5 ? 1.3 : 0.2;
  return slope >= order - below && slope <= order + above;
}

}  // namespace ksampler::toy

#endif
