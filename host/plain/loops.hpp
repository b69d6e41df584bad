// The loops of cpu::Kernels over whole tensors in main memory, shared among workers where that pays.
#ifndef KSAMPLER_PLAIN_LOOPS_HPP
#define KSAMPLER_PLAIN_LOOPS_HPP

#include "host/plain/cpu/kernels.hpp"
#include "host/plain/workers.hpp"

#include <cstddef>
#include <span>

namespace ksampler::plain {

// What all tensors of one operation have in common.
struct Layout {
  cpu::Element element = cpu::kFloat32;
  std::size_t size = 0;  // elements

  std::size_t bytes() const { return size * cpu::kElementBytes[element]; }
};

// dst = sum of coefficients[i] * terms[i]; no terms: zeros. `dst` may be among the terms.
void lincomb(const Layout& layout, void* dst, std::span<const float> coefficients,
             std::span<const void* const> terms, const Workers& workers);

// The sums of cpu::Kernels over all elements: the same for every number of workers.
double sum_of_squares(const Layout& layout, const void* x, const Workers& workers);
double sum_of_errors(const Layout& layout, const void* low, const void* high, const void* previous,
                     double atol, double rtol, const Workers& workers);

// From one type to another, rounded to nearest.
void convert(void* dst, cpu::Element to, const void* src, cpu::Element from, std::size_t size);

}  // namespace ksampler::plain

#endif
