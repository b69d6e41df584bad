// A formula for each element, computed a block at a time: every operation is a loop over a few hundred
// values in the first-level cache, so that memory is read and written once, however long the formula.
#ifndef KSAMPLER_PLAIN_CPU_FORMULA_HPP
#define KSAMPLER_PLAIN_CPU_FORMULA_HPP

#include "host/plain/cpu/kernels.hpp"
#include "host/plain/cpu/simd.hpp"

#include <math.h>

namespace ksampler::cpu::KSAMPLER_ISA {

inline constexpr size_t kFormulaBlock = 256;  // values: 1 KiB

KSAMPLER_INLINE F32 select(I32 mask, F32 a, F32 b) { return mask ? a : b; }

// A NaN on either side stays, as in LibTorch's operators.
KSAMPLER_INLINE F32 smaller(F32 a, F32 b) { return select((a < b) | (a != a), a, b); }
KSAMPLER_INLINE F32 larger_of(F32 a, F32 b) { return select((a > b) | (a != a), a, b); }

template <typename Function>
KSAMPLER_INLINE F32 lane_by_lane(F32 a, Function function) {
  for (size_t lane = 0; lane < kLanes; ++lane) a[lane] = function(a[lane]);
  return a;
}

// out[i] = operation(a[i], b[i], c[i]) over whole vectors; `out` may be one of them.
template <typename Operation>
KSAMPLER_INLINE void over_block(float* out, size_t size, const float* a, const float* b, const float* c,
                                Operation operation) {
  for (size_t i = 0; i < size; i += kLanes) {
    Float32::store(out + i,
                   operation(Float32::load(a + i), Float32::load(b + i), Float32::load(c + i)));
  }
}

inline void formula_step(FormulaOp op, float* out, size_t size, const float* a, const float* b,
                         const float* c) {
  const auto each = [&](auto operation) { over_block(out, size, a, b, c, operation); };
  switch (op) {
    case FormulaOp::copy:
      return each([](F32 x, F32, F32) { return x; });
    case FormulaOp::add:
      return each([](F32 x, F32 y, F32) { return x + y; });
    case FormulaOp::subtract:
      return each([](F32 x, F32 y, F32) { return x - y; });
    case FormulaOp::multiply:
      return each([](F32 x, F32 y, F32) { return x * y; });
    case FormulaOp::multiply_add:
      return each([](F32 x, F32 y, F32 z) { return fma(x, y, z); });
    case FormulaOp::divide:
      return each([](F32 x, F32 y, F32) { return x / y; });
    case FormulaOp::minimum:
      return each([](F32 x, F32 y, F32) { return smaller(x, y); });
    case FormulaOp::maximum:
      return each([](F32 x, F32 y, F32) { return larger_of(x, y); });
    case FormulaOp::power:
      return each([](F32 x, F32 y, F32) {
        for (size_t lane = 0; lane < kLanes; ++lane) x[lane] = powf(x[lane], y[lane]);
        return x;
      });
    case FormulaOp::abs:
      return each([](F32 x, F32, F32) { return select(x < 0.0f, -x, x + 0.0f); });
    case FormulaOp::sign:
      return each([](F32 x, F32, F32) {
        const F32 zero{};
        return select(x > zero, zero + 1.0f, select(x < zero, zero - 1.0f, x * zero));
      });
    case FormulaOp::sqrt:
      return each([](F32 x, F32, F32) { return lane_by_lane(x, [](float v) { return sqrtf(v); }); });
    case FormulaOp::exp:
      return each([](F32 x, F32, F32) { return lane_by_lane(x, [](float v) { return expf(v); }); });
    case FormulaOp::log:
      return each([](F32 x, F32, F32) { return lane_by_lane(x, [](float v) { return logf(v); }); });
    case FormulaOp::where:
      return each([](F32 x, F32 y, F32 z) { return select(x > 0.0f, y, z); });
  }
}

// Some values of a tensor as float32, padded with zeros to whole vectors.
template <typename Format>
void read_values(float* out, const void* from, size_t offset, size_t size) {
  const typename Format::Storage* values = static_cast<const typename Format::Storage*>(from) + offset;
  for (size_t i = 0; i < size; i += kLanes) {
    if (i + kLanes <= size) {
      Float32::store(out + i, Format::load(values + i));
    } else {
      typename Format::Storage padded[kLanes] = {};
      memcpy(padded, values + i, (size - i) * sizeof padded[0]);
      Float32::store(out + i, Format::load(padded));
    }
  }
}
template <typename Format>
void write_values(void* to, size_t offset, const float* from, size_t size) {
  typename Format::Storage* values = static_cast<typename Format::Storage*>(to) + offset;
  for (size_t i = 0; i < size; i += kLanes) {
    typename Format::Storage stored[kLanes];
    Format::store(stored, Float32::load(from + i));
    const size_t count = size - i < kLanes ? size - i : kLanes;
    memcpy(values + i, stored, count * sizeof stored[0]);
  }
}

inline void formula(void* dst, Element element, size_t size, const FormulaSource* sources,
                    size_t source_count, const FormulaStep* steps, size_t step_count) {
  // Sources and results share one numbering. A source that is float32 is read where it lies.
  alignas(64) float scratch[kFormulaRegisters][kFormulaBlock];
  const float* registers[kFormulaRegisters];
  for (size_t i = 0; i < source_count; ++i) {
    registers[i] = scratch[i];
    if (sources[i].data != nullptr) continue;
    for (size_t k = 0; k < kFormulaBlock; ++k) scratch[i][k] = sources[i].value;
  }
  for (size_t i = source_count; i < kFormulaRegisters; ++i) registers[i] = scratch[i];
  for (size_t begin = 0; begin < size; begin += kFormulaBlock) {
    const size_t length = size - begin < kFormulaBlock ? size - begin : kFormulaBlock;
    const size_t whole = (length + kLanes - 1) / kLanes * kLanes;
    for (size_t i = 0; i < source_count; ++i) {
      const FormulaSource& source = sources[i];
      if (source.data == nullptr) continue;
      if (source.element == kFloat32 && whole == length) {
        registers[i] = static_cast<const float*>(source.data) + begin;
      } else {
        registers[i] = scratch[i];
        if (source.element == kFloat32) read_values<Float32>(scratch[i], source.data, begin, length);
        if (source.element == kFloat16) read_values<Float16>(scratch[i], source.data, begin, length);
        if (source.element == kBfloat16) read_values<Bfloat16>(scratch[i], source.data, begin, length);
      }
    }
    // The last result goes to where it belongs at once, where it fits.
    const bool direct = element == kFloat32 && whole == length;
    for (size_t k = 0; k < step_count; ++k) {
      const FormulaStep& step = steps[k];
      float* const out =
          direct && k + 1 == step_count ? static_cast<float*>(dst) + begin : scratch[step.to];
      formula_step(step.op, out, whole, registers[step.a], registers[step.b], registers[step.c]);
    }
    if (direct) continue;
    const float* const result = scratch[steps[step_count - 1].to];
    if (element == kFloat32) write_values<Float32>(dst, begin, result, length);
    if (element == kFloat16) write_values<Float16>(dst, begin, result, length);
    if (element == kBfloat16) write_values<Bfloat16>(dst, begin, result, length);
  }
}

}  // namespace ksampler::cpu::KSAMPLER_ISA

#endif
