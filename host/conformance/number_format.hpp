// Numbers as a latent stores them: float16 and bfloat16, rounded to the nearest.
#ifndef KSAMPLER_CONFORMANCE_NUMBER_FORMAT_HPP
#define KSAMPLER_CONFORMANCE_NUMBER_FORMAT_HPP

#include <algorithm>
#include <cmath>

namespace ksampler::toy {

// What a format can hold: `bits` significant ones, nothing finer than 2^finest, nothing above
// `largest`.
struct NumberFormat {
  const char* name;
  int bits;
  int finest;
  double largest;

  double rounded(double value) const {
    if (value == 0 || !std::isfinite(value)) return value;
    int exponent = 0;
    std::frexp(value, &exponent);  // value = m * 2^exponent with m from 1/2 to 1
    const double unit = std::ldexp(1.0, std::max(exponent - bits, finest));
    const double nearest = std::nearbyint(value / unit) * unit;
    return std::abs(nearest) > largest ? std::copysign(INFINITY, value) : nearest;
  }
  double epsilon() const { return std::ldexp(1.0, -bits); }  // the largest relative error of rounding
};

inline constexpr NumberFormat kFloat16 = {"float16", 11, -24, 65504.0};
inline constexpr NumberFormat kBfloat16 = {"bfloat16", 8, -133, 0x1.fep127};

}  // namespace ksampler::toy

#endif
