// The yardstick of the linear combinations: float64 loops over values that are exact in the format, and
// how far a sum in float32 may be from them.
#ifndef KSAMPLER_TESTS_TENSOR_SUMS_HPP
#define KSAMPLER_TESTS_TENSOR_SUMS_HPP

#include "host/plain/cpu/kernels.hpp"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace ksampler {

// A type of element: its C++ type, its kernels, and the relative error of one rounding to it.
struct F32 {
  using Type = float;
  static constexpr cpu::Element kElement = cpu::kFloat32;
  static constexpr double kRounding = 0x1p-24;
};
struct F16 {
  using Type = c10::Half;
  static constexpr cpu::Element kElement = cpu::kFloat16;
  static constexpr double kRounding = 0x1p-11;
};
struct Bf16 {
  using Type = c10::BFloat16;
  static constexpr cpu::Element kElement = cpu::kBfloat16;
  static constexpr double kRounding = 0x1p-8;
};

template <typename Format>
std::vector<std::vector<typename Format::Type>> random_terms(std::size_t count, std::size_t size,
                                                             unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal;
  std::vector<std::vector<typename Format::Type>> terms(count,
                                                        std::vector<typename Format::Type>(size));
  for (auto& term : terms) {
    for (auto& value : term) value = static_cast<typename Format::Type>(normal(bits));
  }
  return terms;
}

// Signs and sizes as samplers have them.
inline std::vector<float> some_coefficients(std::size_t count) {
  std::vector<float> coefficients;
  for (std::size_t k = 0; k < count; ++k) {
    coefficients.push_back((k % 2 == 0 ? 1.0f : -1.0f) * (0.37f + 0.61f * static_cast<float>(k)));
  }
  return coefficients;
}

struct Expected {
  double value;
  double tolerance;
};

// Each of the count steps rounds once, to float32, relative to sums no larger than that of the absolute
// values; the result is rounded once more, to its format (whose smallest step is 2^-24 for float16).
template <typename Format>
Expected expected_sum(const std::vector<std::vector<typename Format::Type>>& terms,
                      const std::vector<float>& coefficients, std::size_t i) {
  double sum = 0, absolute = 0;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const double product = static_cast<double>(coefficients[k]) * static_cast<float>(terms[k][i]);
    sum += product;
    absolute += std::abs(product);
  }
  const double in_float32 = static_cast<double>(terms.size()) * 0x1p-24 * absolute;
  return {sum, in_float32 + Format::kRounding * (std::abs(sum) + in_float32) + 0x1p-25};
}

}  // namespace ksampler

#endif
