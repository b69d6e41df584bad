// Sums, means, minima and maxima of a formula over parts of a latent. Many threads take a part of what one
// element of the result stands for, each at a fixed distance from the next; then few take those. So the order
// of a sum depends on neither the device nor the batch. In float64, as on the CPU. Behind formula.cu.

// As ReductionArguments of host/cuda/reduce.hpp.
struct Reduction {
  unsigned outputs;  // elements of the result
  unsigned each;     // elements that one of them stands for
  unsigned parts;    // that those are taken in, first; at most `each`
  unsigned kind;     // KS_REDUCE_...
  unsigned pixels;   // 1: the result has a number a pixel
};

// What is no number stays so.
static __device__ double taken(unsigned kind, double before, double value) {
  if (kind == 2) return value < before || value != value ? value : before;
  if (kind == 3) return value > before || value != value ? value : before;
  return before + value;
}

static __device__ unsigned element_taken(const Reduction& reduction, const Formula& formula,
                                         unsigned output, unsigned e) {
  if (reduction.pixels == 0) return output * reduction.each + e;
  const unsigned item = output / formula.pixels;
  return (item * formula.channels + e) * formula.pixels + output % formula.pixels;
}

extern "C" __global__ void reduce_formula(double* parts, const __grid_constant__ Reduction reduction,
                                          const __grid_constant__ Formula formula) {
  const unsigned count = reduction.outputs * reduction.parts;
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += stride) {
    const unsigned output = i / reduction.parts;
    const unsigned part = i % reduction.parts;
    double value = value_of(formula, element_taken(reduction, formula, output, part));
    for (unsigned long long e = part + 0ull + reduction.parts; e < reduction.each; e += reduction.parts) {
      const unsigned element = element_taken(reduction, formula, output, static_cast<unsigned>(e));
      value = taken(reduction.kind, value, value_of(formula, element));
    }
    parts[i] = value;
    if (count - i <= stride) return;  // i + stride might wrap
  }
}

static __device__ double fold_of(const double* parts, unsigned count, unsigned first, unsigned distance,
                                 unsigned kind) {
  double value = parts[first];
  for (unsigned k = first + distance; k < count; k += distance) value = taken(kind, value, parts[k]);
  return value;
}

// From `count` parts of each output to `groups` of them; groups <= count.
extern "C" __global__ void fold_parts(double* folded, const double* parts, unsigned outputs, unsigned count,
                                      unsigned groups, unsigned kind) {
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < outputs * groups; i += stride) {
    folded[i] = fold_of(parts + static_cast<unsigned long long>(i / groups) * count, count, i % groups, groups,
                        kind);
    if (outputs * groups - i <= stride) return;
  }
}

extern "C" __global__ void finish_reduction(float* dst, const double* parts, unsigned outputs, unsigned count,
                                            unsigned kind, double divisor) {
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < outputs; i += stride) {
    const double value = fold_of(parts + static_cast<unsigned long long>(i) * count, count, 0, 1, kind);
    dst[i] = static_cast<float>(value / divisor);
    if (outputs - i <= stride) return;
  }
}
