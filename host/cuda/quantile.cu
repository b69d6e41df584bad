// Quantiles without sorting: the number of a rank is found digit by digit, from the highest on, by
// counting how many of those that begin so have each next digit. In whole numbers, so the order of the
// threads is no matter. Behind formula.cu.

// As QuantileArguments of host/cuda/quantile.hpp.
struct Quantile {
  const void* data;  // [outputs, each]
  unsigned element;  // float32, float16, bfloat16
  unsigned outputs, each;
  unsigned parts;  // that count each of them
  unsigned rank;   // of the number that is looked for, from 0
  float share;     // of the way from it to the next one
};

// What is known so far of one output; zeros at first.
struct Selection {
  unsigned counts[16];  // of the next digit
  unsigned prefix;      // the digits that are known
  unsigned rank;        // among those that begin with them
  unsigned equal;       // in the end: how many are this number
  unsigned above;       // the least that is larger
  unsigned has_nan;
};

// Whole numbers in the order of the numbers that they are of.
static __device__ unsigned key_of(float value) {
  const unsigned bits = bits_of_float(value);
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}
static __device__ float number_of(unsigned key) {
  return float_of_bits(key >> 31 ? key & 0x7fffffffu : ~key);
}

extern "C" __global__ void count_digits(Selection* selections,
                                        const __grid_constant__ Quantile quantile, unsigned shift) {
  const unsigned size = quantile.outputs * quantile.parts;
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += stride) {
    const unsigned output = i / quantile.parts;
    Selection& selection = selections[output];
    unsigned counts[16] = {};
    for (unsigned long long e = i % quantile.parts; e < quantile.each; e += quantile.parts) {
      const unsigned index = output * quantile.each + static_cast<unsigned>(e);
      const float value = element_of(quantile.data, quantile.element, index);
      const unsigned key = key_of(value);
      if (value != value) atomicAdd(&selection.has_nan, 1u);
      if (shift == 28 || key >> (shift + 4) == selection.prefix >> (shift + 4))
        ++counts[key >> shift & 15];
    }
    for (unsigned digit = 0; digit < 16; ++digit) {
      if (counts[digit] != 0) atomicAdd(&selection.counts[digit], counts[digit]);
    }
    if (size - i <= stride) return;  // i + stride might wrap
  }
}

extern "C" __global__ void choose_digit(Selection* selections,
                                        const __grid_constant__ Quantile quantile, unsigned shift) {
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < quantile.outputs; i += stride) {
    Selection& selection = selections[i];
    unsigned rank = shift == 28 ? quantile.rank : selection.rank;
    unsigned digit = 0;
    while (digit < 15 && rank >= selection.counts[digit]) rank -= selection.counts[digit++];
    selection.prefix |= digit << shift;
    selection.rank = rank;
    selection.equal = selection.counts[digit];
    selection.above = 0xffffffffu;
    for (unsigned k = 0; k < 16; ++k) selection.counts[k] = 0;
    if (quantile.outputs - i <= stride) return;
  }
}

extern "C" __global__ void least_above(Selection* selections,
                                       const __grid_constant__ Quantile quantile) {
  const unsigned size = quantile.outputs * quantile.parts;
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += stride) {
    const unsigned output = i / quantile.parts;
    Selection& selection = selections[output];
    unsigned least = 0xffffffffu;
    for (unsigned long long e = i % quantile.parts; e < quantile.each; e += quantile.parts) {
      const unsigned index = output * quantile.each + static_cast<unsigned>(e);
      const unsigned key = key_of(element_of(quantile.data, quantile.element, index));
      if (key > selection.prefix && key < least) least = key;
    }
    if (least != 0xffffffffu) atomicMin(&selection.above, least);
    if (size - i <= stride) return;
  }
}

// What is no number makes the quantile none.
extern "C" __global__ void finish_quantile(float* dst, const Selection* selections,
                                           const __grid_constant__ Quantile quantile) {
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < quantile.outputs; i += stride) {
    const Selection& selection = selections[i];
    const float low = number_of(selection.prefix);
    const bool is_last = selection.rank + 1 >= selection.equal && selection.above == 0xffffffffu;
    const float next =
        selection.rank + 1 < selection.equal || is_last ? low : number_of(selection.above);
    const float between = is_last ? low : low + quantile.share * (next - low);
    dst[i] = selection.has_nan != 0 ? float_of_bits(0x7fc00000u) : between;
    if (quantile.outputs - i <= stride) return;
  }
}
