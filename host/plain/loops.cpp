#include "host/plain/loops.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <vector>

namespace ksampler::plain {
namespace {

// Runs body(begin, end) over [0, size), on several threads where that pays.
template <typename Body>
void share(std::size_t size, const Workers& workers, const Body& body) {
  const auto count = static_cast<std::int64_t>(size);
  const auto part = [&](std::int64_t begin, std::int64_t end, int) {
    body(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
  };
  (count < kParallelFrom ? no_helpers() : workers).share(count, kGrain, part);
}

template <typename Pointer>
Pointer advanced(const Layout& layout, Pointer data, std::size_t elements) {
  using Byte =
      std::conditional_t<std::is_const_v<std::remove_pointer_t<Pointer>>, const std::byte, std::byte>;
  return static_cast<Byte*>(data) + elements * cpu::kElementBytes[layout.element];
}

void copy(const Layout& layout, void* dst, const void* from, const Workers& workers) {
  if (dst == from) return;
  share(layout.size, workers, [&](std::size_t begin, std::size_t end) {
    std::memcpy(advanced(layout, dst, begin), advanced(layout, from, begin),
                (end - begin) * cpu::kElementBytes[layout.element]);
  });
}

// Adds body(begin, end) over pieces of one fixed size, in their order, so that the sum does not depend
// on the number of threads.
template <typename Body>
double sum_in_pieces(std::size_t size, const Workers& workers, const Body& body) {
  constexpr std::size_t kSummedAtOnce = static_cast<std::size_t>(kGrain) / 2;
  std::vector<double> sums((size + kSummedAtOnce - 1) / kSummedAtOnce);
  const auto sum_some = [&](std::int64_t first, std::int64_t last, int) {
    for (auto piece = static_cast<std::size_t>(first); piece < static_cast<std::size_t>(last);
         ++piece) {
      sums[piece] = body(piece * kSummedAtOnce, std::min(size, (piece + 1) * kSummedAtOnce));
    }
  };
  const bool alone = static_cast<std::int64_t>(size) < kParallelFrom;
  (alone ? no_helpers() : workers).share(static_cast<std::int64_t>(sums.size()), 1, sum_some);
  double sum = 0;
  for (const double piece : sums) sum += piece;
  return sum;
}

}  // namespace

void lincomb(const Layout& layout, void* dst, std::span<const float> coefficients,
             std::span<const void* const> terms, const Workers& workers) {
  if (layout.size == 0) return;
  if (terms.empty()) {
    std::memset(dst, 0, layout.bytes());
    return;
  }
  if (terms.size() == 1 && coefficients[0] == 1.0f) return copy(layout, dst, terms[0], workers);
  const auto kernel = cpu::kernels().lincomb[layout.element];
  share(layout.size, workers, [&](std::size_t begin, std::size_t end) {
    constexpr std::size_t kFew = 16;
    std::array<const void*, kFew> few;
    std::vector<const void*> many(terms.size() > kFew ? terms.size() : 0);
    const void** from = many.empty() ? few.data() : many.data();
    for (std::size_t k = 0; k < terms.size(); ++k) from[k] = advanced(layout, terms[k], begin);
    kernel(advanced(layout, dst, begin), end - begin, coefficients.data(), from, terms.size());
  });
}

double sum_of_squares(const Layout& layout, const void* x, const Workers& workers) {
  const auto kernel = cpu::kernels().sum_of_squares[layout.element];
  return sum_in_pieces(layout.size, workers, [&](std::size_t begin, std::size_t end) {
    return kernel(advanced(layout, x, begin), end - begin);
  });
}

double sum_of_errors(const Layout& layout, const void* low, const void* high, const void* previous,
                     double atol, double rtol, const Workers& workers) {
  const auto kernel = cpu::kernels().sum_of_errors[layout.element];
  return sum_in_pieces(layout.size, workers, [&](std::size_t begin, std::size_t end) {
    return kernel(advanced(layout, low, begin), advanced(layout, high, begin),
                  advanced(layout, previous, begin), atol, rtol, end - begin);
  });
}

void convert(void* dst, cpu::Element to, const void* src, cpu::Element from, std::size_t size) {
  const cpu::FormulaSource source{src, 0.0f, from};
  const cpu::FormulaStep copied{cpu::FormulaOp::copy, 1, 0, 0, 0};
  cpu::kernels().formula(dst, to, size, &source, 1, &copied, 1);
}

}  // namespace ksampler::plain
