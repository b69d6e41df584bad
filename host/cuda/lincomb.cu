// dst = sum of coefficients[k] * terms[k], in float32: one kernel for any number of terms, which come by
// value with the launch. Behind elements.cuh.
template <int Capacity>
struct Terms {
  const void* data[Capacity];
  float coefficients[Capacity];
};

// 16 bytes: what one thread loads and stores at once.
template <typename Format>
struct alignas(16) Pack {
  static const int kLanes = 16 / sizeof(typename Format::Storage);
  typename Format::Storage lanes[kLanes];
};

// Element i of all terms is read before element i of dst is written, and by the same thread: dst may be a
// term. `packs`: how many whole Packs there are; 0 where a pointer is not aligned to 16 bytes.
template <typename Format, int Capacity>
__device__ void sum_terms(void* dst, unsigned long long size, unsigned long long packs, int count,
                          const Terms<Capacity>& terms) {
  typedef typename Format::Storage Storage;
  const unsigned long long stride = static_cast<unsigned long long>(gridDim.x) * blockDim.x;
  const unsigned long long thread = static_cast<unsigned long long>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (unsigned long long i = thread; i < packs; i += stride) {
    float sums[Pack<Format>::kLanes];
    const Pack<Format> first = static_cast<const Pack<Format>*>(terms.data[0])[i];
    for (int lane = 0; lane < Pack<Format>::kLanes; ++lane) {
      sums[lane] = terms.coefficients[0] * Format::load(first.lanes[lane]);
    }
#ifdef __CUDACC_RTC__
#pragma unroll 4  // loads of four terms on their way at once
#endif
    for (int k = 1; k < count; ++k) {
      const Pack<Format> pack = static_cast<const Pack<Format>*>(terms.data[k])[i];
      for (int lane = 0; lane < Pack<Format>::kLanes; ++lane) {
        sums[lane] = fmaf(terms.coefficients[k], Format::load(pack.lanes[lane]), sums[lane]);
      }
    }
    Pack<Format> result;
    for (int lane = 0; lane < Pack<Format>::kLanes; ++lane) result.lanes[lane] = Format::store(sums[lane]);
    static_cast<Pack<Format>*>(dst)[i] = result;
  }
  for (unsigned long long i = packs * Pack<Format>::kLanes + thread; i < size; i += stride) {
    float sum = terms.coefficients[0] * Format::load(static_cast<const Storage*>(terms.data[0])[i]);
    for (int k = 1; k < count; ++k) {
      sum = fmaf(terms.coefficients[k], Format::load(static_cast<const Storage*>(terms.data[k])[i]), sum);
    }
    static_cast<Storage*>(dst)[i] = Format::store(sum);
  }
}

#define KSAMPLER_ENTRY(name, Format, capacity)                                                       \
  extern "C" __global__ void name(void* dst, unsigned long long size, unsigned long long packs,     \
                                  int count, const __grid_constant__ Terms<capacity> terms) {       \
    sum_terms<Format, capacity>(dst, size, packs, count, terms);                                    \
  }

KSAMPLER_ENTRY(lincomb_float32_few, Float32, 16)
KSAMPLER_ENTRY(lincomb_float16_few, Float16, 16)
KSAMPLER_ENTRY(lincomb_bfloat16_few, Bfloat16, 16)
KSAMPLER_ENTRY(lincomb_float32_many, Float32, 256)
KSAMPLER_ENTRY(lincomb_float16_many, Float16, 256)
KSAMPLER_ENTRY(lincomb_bfloat16_many, Bfloat16, 256)
