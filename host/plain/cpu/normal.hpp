// Standard normals from the Mersenne Twister by the Box-Muller transform, bit for bit as LibTorch's
// AVX2 code draws them: groups of 16 uniforms, of which the first 8 give radii and the last 8 angles
//   radius = sqrt(-2 log(1 - u1)),  theta = 2 pi u2,  radius * cos(theta), radius * sin(theta)
// with log, sin and cos by the Cephes library's float32 polynomials (S. Moshier, logf.c and sinf.c),
// and products fused into sums where LibTorch's compiler fuses them. That is found by trial, and
// compared with LibTorch in tests/tensor/normals_test.cpp.
#ifndef KSAMPLER_PLAIN_CPU_NORMAL_HPP
#define KSAMPLER_PLAIN_CPU_NORMAL_HPP

#include "host/plain/cpu/mt19937.hpp"
#include "host/plain/cpu/simd.hpp"

#if defined(__AVX2__)

namespace ksampler::cpu::KSAMPLER_ISA {

KSAMPLER_INLINE F32 square_root(F32 x) {
#if defined(__AVX512F__)
  return _mm512_sqrt_ps(x);
#else
  return _mm256_sqrt_ps(x);
#endif
}

KSAMPLER_INLINE I32 to_int(F32 x) {
#if defined(__AVX512F__)
  return reinterpret_cast<I32>(_mm512_cvttps_epi32(x));
#else
  return reinterpret_cast<I32>(_mm256_cvttps_epi32(x));
#endif
}

// log(x) for normal x in (0, 1].
KSAMPLER_INLINE F32 cephes_log(F32 x) {
  // x = 2^exponent * m with m in [sqrt(1/2), sqrt(2)), and then m - 1
  const U32 bits = reinterpret_cast<U32>(x);
  const F32 m = reinterpret_cast<F32>((bits & 0x007fffff) | 0x3f000000);
  const I32 small = m < 0.707106781186547524f;
  const F32 one_if_small = small ? broadcast(1.0f) : F32{};
  const F32 exponent =
      __builtin_convertvector(reinterpret_cast<I32>(bits >> 23) - 127, F32) + 1.0f - one_if_small;
  const F32 t = (m - 1.0f) + (small ? m : F32{});
  const F32 t2 = t * t;
  F32 p = fma(broadcast(7.0376836292e-2f), t, broadcast(-1.1514610310e-1f));
  p = fma(p, t, broadcast(1.1676998740e-1f));
  p = fma(p, t, broadcast(-1.2420140846e-1f));
  p = fma(p, t, broadcast(1.4249322787e-1f));
  p = fma(p, t, broadcast(-1.6668057665e-1f));
  p = fma(p, t, broadcast(2.0000714765e-1f));
  p = fma(p, t, broadcast(-2.4999993993e-1f));
  p = fma(p, t, broadcast(3.3333331174e-1f));
  p = p * t;
  // log(2) in two parts: 0.693359375 - 2.12194440e-4
  p = fma(p, t2, exponent * -2.12194440e-4f);
  p = fma(-t2, broadcast(0.5f), p);
  return fma(exponent, broadcast(0.693359375f), t + p);
}

// sin(x) and cos(x) for x in [0, 2 pi].
KSAMPLER_INLINE void cephes_sincos(F32 x, F32& sine, F32& cosine) {
  // The nearest even multiple of pi/4, taken off in three parts.
  const I32 octant = (to_int(x * 1.27323954473516f) + 1) & ~1;
  const F32 y = __builtin_convertvector(octant, F32);
  F32 r = fma(y, broadcast(-0.78515625f), x);
  r = fma(y, broadcast(-2.4187564849853515625e-4f), r);
  r = fma(y, broadcast(-3.77489497744594108e-8f), r);
  const F32 z = r * r;
  F32 c = fma(broadcast(2.443315711809948e-5f), z, broadcast(-1.388731625493765e-3f));
  c = fma(c, z, broadcast(4.166664568298827e-2f));
  c = c * z;
  c = fma(c, z, -(z * 0.5f)) + 1.0f;
  F32 s = fma(broadcast(-1.9515295891e-4f), z, broadcast(8.3321608736e-3f));
  s = fma(s, z, broadcast(-1.6666654611e-1f));
  s = fma(s * z, r, r);
  // Which polynomial is the sine changes with each quarter turn, and the signs with each half.
  const I32 swapped = (octant & 2) != 0;
  const U32 sine_sign = reinterpret_cast<U32>(octant & 4) << 29;
  const U32 cosine_sign = reinterpret_cast<U32>(~(octant - 2) & 4) << 29;
  sine = reinterpret_cast<F32>(reinterpret_cast<U32>(swapped ? c : s) ^ sine_sign);
  cosine = reinterpret_cast<F32>(reinterpret_cast<U32>(swapped ? s : c) ^ cosine_sign);
}

// In place: uniforms u1, u2 in [0, 1) to normals.
KSAMPLER_INLINE void box_muller(F32& u1, F32& u2) {
  const F32 radius = square_root(-2.0f * cephes_log(1.0f - u1));
  F32 sine, cosine;
  cephes_sincos(6.283185307179586f * u2, sine, cosine);
  u1 = radius * cosine + 0.0f;  // as * std + mean: -0 becomes 0
  u2 = radius * sine + 0.0f;
}

// `count` elements, a multiple of 16.
KSAMPLER_INLINE void box_muller_groups(float* data, size_t count) {
#if defined(__AVX512F__)
  // Two groups at once: their halves, of 8 elements, are sorted into two vectors and back.
  const auto two_groups = [](float* at) {
    const F32 a = load_bits<F32>(at), b = load_bits<F32>(at + 16);
    F32 u1 = _mm512_shuffle_f32x4(a, b, 0x44);
    F32 u2 = _mm512_shuffle_f32x4(a, b, 0xee);
    box_muller(u1, u2);
    Float32::store(at, _mm512_shuffle_f32x4(u1, u2, 0x44));
    Float32::store(at + 16, _mm512_shuffle_f32x4(u1, u2, 0xee));
  };
  size_t i = 0;
  for (; i + 32 <= count; i += 32) two_groups(data + i);
  if (i == count) return;
  float padded[32] = {};
  memcpy(padded, data + i, 16 * sizeof(float));
  two_groups(padded);
  memcpy(data + i, padded, 16 * sizeof(float));
#else
  for (size_t i = 0; i < count; i += 16) {
    F32 u1 = load_bits<F32>(data + i), u2 = load_bits<F32>(data + i + 8);
    box_muller(u1, u2);
    Float32::store(data + i, u1);
    Float32::store(data + i + 8, u2);
  }
#endif
}

// The recurrence of the twister for `count` words from `i`: word i from words i, i+1 and i+397 (of
// which those past the end are the new block's).
KSAMPLER_INLINE void twist(uint32_t* words, size_t i, size_t end, size_t from) {
  const auto one = [](auto self, auto next, auto far) {
    const auto mixed = (self & 0x80000000U) | (next & 0x7fffffffU);
    return far ^ (mixed >> 1) ^ (-(next & 1U) & 0x9908b0dfU);
  };
  for (; i + kLanes <= end; i += kLanes, from += kLanes) {
    const U32 word =
        one(load_bits<U32>(words + i), load_bits<U32>(words + i + 1), load_bits<U32>(words + from));
    memcpy(words + i, &word, sizeof word);
  }
  for (; i < end; ++i, ++from) words[i] = one(words[i], words[i + 1], words[from]);
}

KSAMPLER_INLINE void next_block(Mt19937& generator) {
  constexpr size_t kWords = Mt19937::kWords;
  uint32_t* words = generator.words;
  twist(words, 0, kWords - 397, 397);
  twist(words, kWords - 397, kWords - 1, 0);
  const uint32_t mixed = (words[kWords - 1] & 0x80000000U) | (words[0] & 0x7fffffffU);
  words[kWords - 1] = words[396] ^ (mixed >> 1) ^ (-(words[0] & 1U) & 0x9908b0dfU);
  generator.used = 0;
}

// The lowest 24 bits of each tempered word, as a fraction in [0, 1).
KSAMPLER_INLINE void uniforms(Mt19937& generator, float* out, size_t count) {
  const auto temper = [](auto y) {
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return (y ^ (y >> 18)) & 0xffffffU;
  };
  while (count > 0) {
    if (generator.used == Mt19937::kWords) next_block(generator);
    const size_t left = Mt19937::kWords - generator.used;
    const size_t length = count < left ? count : left;
    const uint32_t* words = generator.words + generator.used;
    size_t i = 0;
    for (; i + kLanes <= length; i += kLanes) {
      const I32 fraction = reinterpret_cast<I32>(temper(load_bits<U32>(words + i)));
      Float32::store(out + i, __builtin_convertvector(fraction, F32) * 0x1p-24f);
    }
    for (; i < length; ++i)
      out[i] = static_cast<float>(static_cast<int32_t>(temper(words[i]))) * 0x1p-24f;
    generator.used += length;
    out += length;
    count -= length;
  }
}

inline void normals(Mt19937& generator, float* out, size_t size) {
  constexpr size_t kChunk = 4 * Mt19937::kWords;  // 10 KiB: read again while in the first-level cache
  const size_t whole = size - size % 16;
  for (size_t i = 0; i < size; i += kChunk) {
    // The transform of a chunk may wait for nothing after it: chunks are multiples of 16.
    const size_t length = size - i < kChunk ? size - i : kChunk;
    uniforms(generator, out + i, length);
    if (i < whole) box_muller_groups(out + i, length - length % 16);
  }
  if (size == whole) return;
  // A last group that is not full: the last 16 elements are drawn again.
  uniforms(generator, out + size - 16, 16);
  box_muller_groups(out + size - 16, 16);
}

}  // namespace ksampler::cpu::KSAMPLER_ISA

#endif
#endif
