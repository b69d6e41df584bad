// The fused linear combination. Up to 8 terms stay in registers from load to store; more go through a
// block of sums that stays in the first-level cache. Every element is computed by the same operations
// wherever it lies, so that results do not depend on how threads share the work.
#ifndef KSAMPLER_PLAIN_CPU_LINCOMB_HPP
#define KSAMPLER_PLAIN_CPU_LINCOMB_HPP

#include "host/plain/cpu/simd.hpp"

namespace ksampler::cpu::KSAMPLER_ISA {

inline constexpr size_t kMostInRegisters = 8;
inline constexpr size_t kBlock = 2048;  // sums of a block: 8 KiB
inline constexpr size_t kUnroll = 4;

template <typename Format>
using Pointers = const typename Format::Storage* const*;

// `first` + sum of count terms at element i. `Count` is known to the compiler: the loop unrolls.
template <typename Format, size_t Count, bool HasFirst>
KSAMPLER_INLINE F32 sum_at(size_t i, F32 first, const F32 (&coefficients)[Count],
                           Pointers<Format> terms) {
  F32 sum = HasFirst ? fma(coefficients[0], Format::load(terms[0] + i), first)
                     : coefficients[0] * Format::load(terms[0] + i);
#pragma GCC unroll 8
  for (size_t k = 1; k < Count; ++k) sum = fma(coefficients[k], Format::load(terms[k] + i), sum);
  return sum;
}

// out = (first +) sum of terms[k] * coefficients[k], all of `size` elements. All terms of kUnroll
// vectors are read before the first of them is written, and nothing later is read that was written: out
// may be a term.
template <typename In, typename Out, size_t Count, bool HasFirst>
void sum_terms(typename Out::Storage* out, const float* first, size_t size, const float* coefficients,
               Pointers<In> terms_given) {
  F32 c[Count];
  const typename In::Storage* terms[Count];  // a copy that no store can alias
  for (size_t k = 0; k < Count; ++k) {
    c[k] = broadcast(coefficients[k]);
    terms[k] = terms_given[k];
  }
  const auto first_at = [&](size_t i) { return HasFirst ? Float32::load(first + i) : F32{}; };
  size_t i = 0;
  for (; i + kUnroll * kLanes <= size; i += kUnroll * kLanes) {
    F32 sums[kUnroll];
#pragma GCC unroll 4
    for (size_t u = 0; u < kUnroll; ++u) {
      const size_t at = i + u * kLanes;
      sums[u] = sum_at<In, Count, HasFirst>(at, first_at(at), c, terms);
    }
#pragma GCC unroll 4
    for (size_t u = 0; u < kUnroll; ++u) Out::store(out + i + u * kLanes, sums[u]);
  }
  for (; i + kLanes <= size; i += kLanes) {
    Out::store(out + i, sum_at<In, Count, HasFirst>(i, first_at(i), c, terms));
  }
  if (i == size) return;
  // The rest, padded to one vector.
  const size_t rest = size - i;
  typename In::Storage padded[Count][kLanes] = {};
  const typename In::Storage* rows[Count];
  float padded_first[kLanes] = {};
  typename Out::Storage result[kLanes];
  for (size_t k = 0; k < Count; ++k) {
    memcpy(padded[k], terms[k] + i, rest * sizeof padded[k][0]);
    rows[k] = padded[k];
  }
  if (HasFirst) memcpy(padded_first, first + i, rest * sizeof(float));
  Out::store(result, sum_at<In, Count, HasFirst>(0, Float32::load(padded_first), c, rows));
  memcpy(out + i, result, rest * sizeof result[0]);
}

// sum_terms for a count that is only known when it runs.
template <typename In, typename Out, bool HasFirst>
void sum_some(typename Out::Storage* out, const float* first, size_t size, const float* coefficients,
              Pointers<In> terms, size_t count) {
  switch (count) {
    case 1:
      return sum_terms<In, Out, 1, HasFirst>(out, first, size, coefficients, terms);
    case 2:
      return sum_terms<In, Out, 2, HasFirst>(out, first, size, coefficients, terms);
    case 3:
      return sum_terms<In, Out, 3, HasFirst>(out, first, size, coefficients, terms);
    case 4:
      return sum_terms<In, Out, 4, HasFirst>(out, first, size, coefficients, terms);
    case 5:
      return sum_terms<In, Out, 5, HasFirst>(out, first, size, coefficients, terms);
    case 6:
      return sum_terms<In, Out, 6, HasFirst>(out, first, size, coefficients, terms);
    case 7:
      return sum_terms<In, Out, 7, HasFirst>(out, first, size, coefficients, terms);
    default:
      return sum_terms<In, Out, 8, HasFirst>(out, first, size, coefficients, terms);
  }
}

template <typename Format>
void lincomb(void* dst, size_t size, const float* coefficients, const void* const* terms,
             size_t count) {
  using Storage = typename Format::Storage;
  Storage* out = static_cast<Storage*>(dst);
  const Storage* group[kMostInRegisters];
  const auto point_group = [&](size_t from, size_t how_many, size_t offset) {
    for (size_t k = 0; k < how_many; ++k)
      group[k] = static_cast<const Storage*>(terms[from + k]) + offset;
  };
  if (count <= kMostInRegisters) {
    point_group(0, count, 0);
    return sum_some<Format, Format, false>(out, nullptr, size, coefficients, group, count);
  }
  for (size_t begin = 0; begin < size; begin += kBlock) {
    const size_t length = size - begin < kBlock ? size - begin : kBlock;
    float sums[kBlock];
    point_group(0, kMostInRegisters, begin);
    sum_some<Format, Float32, false>(sums, nullptr, length, coefficients, group, kMostInRegisters);
    size_t done = kMostInRegisters;
    for (; count - done > kMostInRegisters; done += kMostInRegisters) {
      point_group(done, kMostInRegisters, begin);
      sum_some<Format, Float32, true>(sums, sums, length, coefficients + done, group, kMostInRegisters);
    }
    point_group(done, count - done, begin);
    sum_some<Format, Format, true>(out + begin, sums, length, coefficients + done, group, count - done);
  }
}

}  // namespace ksampler::cpu::KSAMPLER_ISA

#endif
