// SPDX-License-Identifier: Apache-2.0
//
// float32 arithmetic in PyTorch's order of operations. Noise levels are float32 numbers, and an image
// depends on their last bits (a Brownian tree, a conditioning's range): a schedule that was published
// as PyTorch code is written with these. Elementary functions are rounded from float64, and so agree
// with PyTorch's vectorised ones to one unit in the last place.
#ifndef KS_FLOAT32_HPP
#define KS_FLOAT32_HPP

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace ks::float32 {

// As the functions of these names in the standard library.
inline float exp(float x) { return static_cast<float>(std::exp(static_cast<double>(x))); }
inline float expm1(float x) { return static_cast<float>(std::expm1(static_cast<double>(x))); }
inline float log(float x) { return static_cast<float>(std::log(static_cast<double>(x))); }
inline float tan(float x) { return static_cast<float>(std::tan(static_cast<double>(x))); }
inline float pow(float x, float exponent) {
  return static_cast<float>(std::pow(static_cast<double>(x), static_cast<double>(exponent)));
}

// torch.linspace: `count` values, counted from the nearer end, and each rounded once.
inline std::vector<float> linspace(double start, double end, std::uint32_t count) {
  const auto first = static_cast<float>(start);
  const auto last = static_cast<float>(end);
  std::vector<float> values(count, first);
  if (count < 2) return values;
  const float step = (last - first) / static_cast<float>(count - 1);
  for (std::uint32_t i = 0; i < count; ++i) {
    values[i] = i < count / 2 ? std::fma(step, static_cast<float>(i), first)
                              : std::fma(-step, static_cast<float>(count - 1 - i), last);
  }
  return values;
}

// The values as float64, as the ABI has sigmas.
inline std::vector<double> widened(std::span<const float> values) {
  return {values.begin(), values.end()};
}

}  // namespace ks::float32

#endif
