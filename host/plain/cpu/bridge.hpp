// The arithmetic of a Brownian bridge. One operation after the other, none fused: these are values that
// the eager operators of the reference rounded each time.
#ifndef KSAMPLER_PLAIN_CPU_BRIDGE_HPP
#define KSAMPLER_PLAIN_CPU_BRIDGE_HPP

#include "host/plain/cpu/simd.hpp"

namespace ksampler::cpu::KSAMPLER_ISA {

// out[i] = operation(i), `operation` given as a formula over vectors (V) or single elements (float).
template <typename Operation>
KSAMPLER_INLINE void for_each(float* out, size_t size, Operation operation) {
  size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    Float32::store(out + i, operation([i](const float* from) { return Float32::load(from + i); }));
  }
  for (; i < size; ++i) out[i] = operation([i](const float* from) { return from[i]; });
}

inline void bridge(float* left, const float* parent, size_t size, float left_length, float reciprocal,
                   float deviation) {
  for_each(left, size,
           [=](auto at) { return (left_length * at(parent)) * reciprocal + deviation * at(left); });
}

inline void subtract(float* out, const float* a, const float* b, size_t size) {
  for_each(out, size, [=](auto at) { return at(a) - at(b); });
}

inline void add(float* out, const float* a, size_t size) {
  for_each(out, size, [=](auto at) { return at(out) + at(a); });
}

inline void divide(float* out, float sign, float divisor, size_t size) {
  for_each(out, size, [=](auto at) { return (at(out) * sign) / divisor; });
}

}  // namespace ksampler::cpu::KSAMPLER_ISA

#endif
