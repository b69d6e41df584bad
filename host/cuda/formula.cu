// dst = a formula (ks/expression.h), for each element in float32: memory is read and written once, however
// long the formula. Its steps come by value with the launch, and all threads take the same one at a time, so
// that one kernel serves every formula, and none is compiled for. Behind elements.cuh.

// As FormulaArguments of host/cuda/formula.hpp.
struct Formula {
  const void* terms[16];
  float numbers[64];
  unsigned char steps[128][5];  // operation, result, a, b, c: registers
  unsigned char elements[16];   // of each term: float32, float16, bfloat16
  unsigned char shapes[16];     // of each term: KS_SHAPE_...
  unsigned step_count, term_count, number_count;
  unsigned pixels, channels;  // of dst, 1 where it has none: an element is of a pixel of a channel of an item
};

static __device__ float element_of(const void* data, unsigned element, unsigned index) {
  if (element == 0) return Float32::load(static_cast<const Float32::Storage*>(data)[index]);
  if (element == 1) return Float16::load(static_cast<const Float16::Storage*>(data)[index]);
  return Bfloat16::load(static_cast<const Bfloat16::Storage*>(data)[index]);
}

// What is no number stays so, and as the loops of the CPU have it (host/plain/cpu/formula.hpp).
static __device__ float result_of(unsigned operation, float a, float b, float c) {
  switch (operation) {
    case 0: return a;
    case 1: return a + b;
    case 2: return a - b;
    case 3: return a * b;
    case 4: return fmaf(a, b, c);
    case 5: return a / b;
    case 6: return a < b || a != a ? a : b;
    case 7: return a > b || a != a ? a : b;
    case 8: return powf(a, b);
    case 9: return a < 0.0f ? -a : a + 0.0f;
    case 10: return a > 0.0f ? 1.0f : a < 0.0f ? -1.0f : a * 0.0f;
    case 11: return sqrtf(a);
    case 12: return expf(a);
    case 13: return logf(a);
    default: return a > 0.0f ? b : c;
  }
}

// The formula's value for element i of what it is for.
static __device__ float value_of(const Formula& formula, unsigned i) {
  float registers[96];  // terms, a gap for the numbers, and results
  const unsigned plane = i / formula.pixels;
  const unsigned item = plane / formula.channels;
  for (unsigned k = 0; k < formula.term_count; ++k) {
    const unsigned shape = formula.shapes[k];
    const unsigned index = shape == 0   ? i
                           : shape == 1 ? item * formula.pixels + i % formula.pixels
                           : shape == 2 ? plane
                                        : item;
    registers[k] = element_of(formula.terms[k], formula.elements[k], index);
  }
  float result = 0.0f;
  for (unsigned k = 0; k < formula.step_count; ++k) {
    const unsigned char* const step = formula.steps[k];
    float values[3];
    for (unsigned v = 0; v < 3; ++v) {
      const unsigned number = step[2 + v] - formula.term_count;  // wraps where it is a term
      values[v] = number < formula.number_count ? formula.numbers[number] : registers[step[2 + v]];
    }
    result = result_of(step[0], values[0], values[1], values[2]);
    registers[step[1]] = result;
  }
  return result;
}

template <typename Format>
__device__ void map_formula(void* dst, unsigned size, const Formula& formula) {
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += stride) {
    static_cast<typename Format::Storage*>(dst)[i] = Format::store(value_of(formula, i));
    if (size - i <= stride) return;  // i + stride might wrap
  }
}

#define KSAMPLER_ENTRY_OF_FORMULA(name, Format)                                                           \
  extern "C" __global__ void name(void* dst, unsigned size, const __grid_constant__ Formula formula) {   \
    map_formula<Format>(dst, size, formula);                                                              \
  }

KSAMPLER_ENTRY_OF_FORMULA(formula_float32, Float32)
KSAMPLER_ENTRY_OF_FORMULA(formula_float16, Float16)
KSAMPLER_ENTRY_OF_FORMULA(formula_bfloat16, Bfloat16)
