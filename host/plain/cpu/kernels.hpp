// The loops over elements that the CPU runs, once for each instruction set that is worth its own code.
// They know nothing of LibTorch: raw pointers, sizes, plain C.
#ifndef KSAMPLER_PLAIN_CPU_KERNELS_HPP
#define KSAMPLER_PLAIN_CPU_KERNELS_HPP

#include <stddef.h>
#include <stdint.h>

namespace ksampler::cpu {

enum Element : uint8_t { kFloat32, kFloat16, kBfloat16 };
inline constexpr size_t kElements = 3;
inline constexpr size_t kElementBytes[kElements] = {4, 2, 2};

struct Mt19937;

// A formula as the loops take it: steps from registers to registers, of which the first are its
// sources.
enum class FormulaOp : uint8_t {
  copy,          // a
  add,           // a + b
  subtract,      // a - b
  multiply,      // a * b
  multiply_add,  // a * b + c, rounded once where the machine can
  divide,
  minimum,
  maximum,
  power,  // a ^ b
  abs,
  sign,
  sqrt,
  exp,
  log,
  where  // a > 0 ? b : c
};
struct FormulaStep {
  FormulaOp op;
  uint8_t to;
  uint8_t a, b, c;
};
struct FormulaSource {
  const void* data;  // `size` elements; null: `value` everywhere
  float value;
  Element element;
};
// Sources and results of one formula together.
inline constexpr size_t kFormulaRegisters = 96;

// One table for each instruction set. All functions are pure loops: one thread, no allocation.
struct Kernels {
  const char* name;  // "avx512", "avx2", "baseline"

  // dst[i] = sum over k of coefficients[k] * terms[k][i], in float32, rounded once at the end. `dst`
  // may be among the terms. REQUIRES: count >= 1.
  void (*lincomb[kElements])(void* dst, size_t size, const float* coefficients,
                             const void* const* terms, size_t count);

  // Sum of x[i]^2, in float64.
  double (*sum_of_squares[kElements])(const void* x, size_t size);

  // Sum of ((low - high) / max(atol, rtol * max(|low|, |previous|)))^2, in float64.
  double (*sum_of_errors[kElements])(const void* low, const void* high, const void* previous,
                                     double atol, double rtol, size_t size);

  // dst[i] = the formula of the sources' elements i, in float32, rounded once at the end. `dst` may be
  // among the sources. REQUIRES: steps, the last of which gives the result; registers below
  // kFormulaRegisters; no step writes to a source.
  void (*formula)(void* dst, Element element, size_t size, const FormulaSource* sources,
                  size_t source_count, const FormulaStep* steps, size_t step_count);

  // The next `size` standard normals of PyTorch's CPU generator, as LibTorch's AVX2 code draws them,
  // and the state that it leaves. REQUIRES: size >= 16. Null where there is no FMA.
  void (*normals)(Mt19937& generator, float* out, size_t size);

  // The steps of a Brownian bridge, each rounded as the eager operators round it.
  // left = (left_length * parent) * reciprocal + deviation * left
  void (*bridge)(float* left, const float* parent, size_t size, float left_length, float reciprocal,
                 float deviation);
  void (*subtract)(float* out, const float* a, const float* b, size_t size);  // out = a - b
  void (*add)(float* out, const float* a, size_t size);                       // out = out + a
  void (*divide)(float* out, float sign, float divisor, size_t size);  // out = out * sign / divisor
};

// The best table for this machine.
const Kernels& kernels();

// The tables that this machine can run, best first; null past the last.
const Kernels* runnable_kernels(size_t rank);

}  // namespace ksampler::cpu

#endif
