// Sums over elements in float64, in the order of the lanes: the same on every call.
#ifndef KSAMPLER_PLAIN_CPU_REDUCE_HPP
#define KSAMPLER_PLAIN_CPU_REDUCE_HPP

#include "host/plain/cpu/simd.hpp"

namespace ksampler::cpu::KSAMPLER_ISA {

KSAMPLER_INLINE F64 to_float64(F32 value) { return __builtin_convertvector(value, F64); }

// One vector from `count` elements at `from`, the rest zeros.
template <typename Format>
KSAMPLER_INLINE F32 load_some(const typename Format::Storage* from, size_t count) {
  if (count >= kLanes) return Format::load(from);
  typename Format::Storage padded[kLanes] = {};
  memcpy(padded, from, count * sizeof padded[0]);
  return Format::load(padded);
}

KSAMPLER_INLINE double sum_lanes(F64 value) {
  double sum = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) sum += value[lane];
  return sum;
}

template <typename Format>
double sum_of_squares(const void* given, size_t size) {
  const auto* x = static_cast<const typename Format::Storage*>(given);
  F64 sum{};
  for (size_t i = 0; i < size; i += kLanes) {
    const F64 value = to_float64(load_some<Format>(x + i, size - i));
    sum += value * value;
  }
  return sum_lanes(sum);
}

template <typename Format>
double sum_of_errors(const void* low_given, const void* high_given, const void* previous_given,
                     double atol, double rtol, size_t size) {
  using Storage = typename Format::Storage;
  const auto* low = static_cast<const Storage*>(low_given);
  const auto* high = static_cast<const Storage*>(high_given);
  const auto* previous = static_cast<const Storage*>(previous_given);
  const F64 smallest = F64{} + atol;
  const auto magnitude = [](F64 value) { return value < 0.0 ? -value : value; };
  // A NaN on either side stays: it must not become a step that is accepted.
  const auto larger = [](F64 a, F64 b) { return a > b || a != a ? a : b; };
  F64 sum{};
  double tail = 0;
  for (size_t i = 0; i < size; i += kLanes) {
    const F64 l = to_float64(load_some<Format>(low + i, size - i));
    const F64 h = to_float64(load_some<Format>(high + i, size - i));
    const F64 p = to_float64(load_some<Format>(previous + i, size - i));
    const F64 delta = larger(rtol * larger(magnitude(l), magnitude(p)), smallest);
    const F64 error = (l - h) / delta;
    if (size - i >= kLanes) {
      sum += error * error;
    } else {  // padding may be 0 / 0
      for (size_t lane = 0; lane < size - i; ++lane) tail += error[lane] * error[lane];
    }
  }
  return sum_lanes(sum) + tail;
}

}  // namespace ksampler::cpu::KSAMPLER_ISA

#endif
