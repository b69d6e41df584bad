// How elements are loaded and stored: what each kernel's source begins with. Needs no header, so that NVRTC
// compiles it anywhere; a test compiles the kernels for the CPU, with the few names below that CUDA brings
// defined there.
#ifdef __CUDACC_RTC__
__device__ float float_of_bits(unsigned bits) { return __uint_as_float(bits); }
__device__ unsigned bits_of_float(float value) { return __float_as_uint(value); }
__device__ float float_of_half(unsigned short half) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
  return value;
}
__device__ unsigned short half_of_float(float value) {
  unsigned short half;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(value));
  return half;
}
#endif

struct Float32 {
  typedef float Storage;
  static __device__ float load(Storage stored) { return stored; }
  static __device__ Storage store(float value) { return value; }
};

struct Float16 {
  typedef unsigned short Storage;
  static __device__ float load(Storage stored) { return float_of_half(stored); }
  static __device__ Storage store(float value) { return half_of_float(value); }
};

struct Bfloat16 {
  typedef unsigned short Storage;
  static __device__ float load(Storage stored) { return float_of_bits(static_cast<unsigned>(stored) << 16); }
  // To the nearest, ties to even; NaN stays NaN.
  static __device__ Storage store(float value) {
    const unsigned bits = bits_of_float(value);
    const unsigned rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    return static_cast<Storage>(value == value ? rounded : 0x7fc0);
  }
};
