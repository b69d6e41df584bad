// Vectors of the instruction set that a file is compiled for: KSAMPLER_ISA names it. Only C headers and
// internal linkage here: an inline function of the standard library, compiled with AVX-512 in this file
// and kept by the linker for the whole program, would crash on other machines.
#ifndef KSAMPLER_PLAIN_CPU_SIMD_HPP
#define KSAMPLER_PLAIN_CPU_SIMD_HPP

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define KSAMPLER_INLINE static inline __attribute__((always_inline))

namespace ksampler::cpu::KSAMPLER_ISA {

#if defined(__AVX512F__)
inline constexpr size_t kLanes = 16;
#elif defined(__AVX2__)
inline constexpr size_t kLanes = 8;
#else
inline constexpr size_t kLanes = 4;
#endif

typedef float F32 __attribute__((vector_size(4 * kLanes)));
typedef int32_t I32 __attribute__((vector_size(4 * kLanes)));
typedef uint32_t U32 __attribute__((vector_size(4 * kLanes)));
typedef uint16_t U16 __attribute__((vector_size(2 * kLanes)));
typedef double F64 __attribute__((vector_size(8 * kLanes)));

// GCC's vectors broadcast a scalar only in arithmetic: 0 + x. Spelled once.
KSAMPLER_INLINE F32 broadcast(float value) { return F32{} + value; }

template <typename V>
KSAMPLER_INLINE V load_bits(const void* from) {
  V value;
  memcpy(&value, from, sizeof value);
  return value;
}

// a * b + c, rounded once where the machine can. (The files are compiled with -ffp-contract=off, so
// that nothing else is fused and results do not depend on the compiler's mood.)
KSAMPLER_INLINE F32 fma(F32 a, F32 b, F32 c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

// 16 bits to 32 and back (of values below 2^16), by the one instruction for it where there is one: GCC
// 12 would take the vector apart.
KSAMPLER_INLINE U32 widen(U16 narrow) {
#if defined(__AVX512F__)
  return reinterpret_cast<U32>(_mm512_cvtepu16_epi32(reinterpret_cast<__m256i>(narrow)));
#elif defined(__AVX2__)
  return reinterpret_cast<U32>(_mm256_cvtepu16_epi32(reinterpret_cast<__m128i>(narrow)));
#else
  return __builtin_convertvector(narrow, U32);
#endif
}
KSAMPLER_INLINE U16 narrow(U32 wide) {
#if defined(__AVX512F__)
  return reinterpret_cast<U16>(_mm512_cvtepi32_epi16(reinterpret_cast<__m512i>(wide)));
#elif defined(__AVX2__)
  const __m256i bits = reinterpret_cast<__m256i>(wide);
  const __m256i packed = _mm256_packus_epi32(bits, bits);  // within each half of the vector
  return reinterpret_cast<U16>(_mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0x08)));
#else
  return __builtin_convertvector(wide, U16);
#endif
}

// The number formats of a latent: what is in memory, and how to bring it to float32 and back.
struct Float32 {
  using Storage = float;
  KSAMPLER_INLINE F32 load(const Storage* from) { return load_bits<F32>(from); }
  KSAMPLER_INLINE void store(Storage* to, F32 value) { memcpy(to, &value, sizeof value); }
};

struct Bfloat16 {
  using Storage = uint16_t;
  KSAMPLER_INLINE F32 load(const Storage* from) {
    const U32 wide = widen(load_bits<U16>(from)) << 16;
    return load_bits<F32>(&wide);
  }
  // To the nearest, ties to even; NaN stays NaN.
  KSAMPLER_INLINE void store(Storage* to, F32 value) {
    const U32 bits = load_bits<U32>(&value);
    const U32 rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const U32 result = value == value ? rounded : (U32{} + 0x7fc0);
    const U16 half = narrow(result);
    memcpy(to, &half, sizeof half);
  }
};

struct Float16 {
  using Storage = uint16_t;
#if defined(__AVX512F__)
  KSAMPLER_INLINE F32 load(const Storage* from) { return _mm512_cvtph_ps(load_bits<__m256i>(from)); }
  KSAMPLER_INLINE void store(Storage* to, F32 value) {
    const __m256i half = _mm512_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    memcpy(to, &half, sizeof half);
  }
#elif defined(__AVX2__)
  KSAMPLER_INLINE F32 load(const Storage* from) { return _mm256_cvtph_ps(load_bits<__m128i>(from)); }
  KSAMPLER_INLINE void store(Storage* to, F32 value) {
    const __m128i half = _mm256_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT);
    memcpy(to, &half, sizeof half);
  }
#else
  // Exponent and mantissa moved into place are the value times 2^-112, subnormals included; infinity
  // and NaN, whose exponent is all ones, are set apart.
  KSAMPLER_INLINE F32 load(const Storage* from) {
    const U32 half = widen(load_bits<U16>(from));
    const U32 sign = (half & 0x8000) << 16;
    const U32 magnitude = (half & 0x7fff) << 13;
    const F32 scaled = load_bits<F32>(&magnitude) * 0x1p112f;
    const U32 finite = load_bits<U32>(&scaled);
    const U32 result = ((half & 0x7c00) == 0x7c00 ? (magnitude | 0x7f800000) : finite) | sign;
    return load_bits<F32>(&result);
  }
  // To the nearest, ties to even. Below 2^-14 the sum with 1/2 rounds to the subnormals' unit, 2^-24.
  KSAMPLER_INLINE void store(Storage* to, F32 value) {
    const U32 bits = load_bits<U32>(&value);
    const U32 magnitude = bits & 0x7fffffff;
    const U32 normal = (magnitude + 0xfff + ((magnitude >> 13) & 1) - (112U << 23)) >> 13;
    const F32 shifted = load_bits<F32>(&magnitude) + 0.5f;
    const U32 subnormal = load_bits<U32>(&shifted) - 0x3f000000;
    U32 half = magnitude < 0x38800000 ? subnormal : normal;
    half = magnitude >= 0x477ff000 ? (U32{} + 0x7c00) : half;  // 65520 and above: infinity
    half = magnitude > 0x7f800000 ? (U32{} + 0x7e00) : half;   // NaN
    const U16 signed_half = narrow(half | ((bits >> 16) & 0x8000));
    memcpy(to, &signed_half, sizeof signed_half);
  }
#endif
};

}  // namespace ksampler::cpu::KSAMPLER_ISA

#endif
