#include "host/tensor/raw.hpp"

#include "host/tensor/cuda/lincomb.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace ksampler {
namespace {

constexpr std::int64_t kGrain = 32 * 1024;  // of what is shared, what a thread takes at least

// Runs body(begin, end) over [0, size), on several threads where that pays.
template <typename Body>
void share(std::size_t size, const Body& body) {
  const auto count = static_cast<std::int64_t>(size);
  if (count < kParallelFrom) {
    body(std::size_t{0}, size);
    return;
  }
  at::parallel_for(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    body(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
  });
}

template <typename Pointer>
Pointer advanced(const RawLayout& layout, Pointer data, std::size_t elements) {
  using Byte =
      std::conditional_t<std::is_const_v<std::remove_pointer_t<Pointer>>, const std::byte, std::byte>;
  return static_cast<Byte*>(data) + elements * cpu::kElementBytes[layout.element];
}

void copy(const RawLayout& layout, void* dst, const void* from) {
  if (dst == from) return;
  share(layout.size, [&](std::size_t begin, std::size_t end) {
    std::memcpy(advanced(layout, dst, begin), advanced(layout, from, begin),
                (end - begin) * cpu::kElementBytes[layout.element]);
  });
}

void cpu_lincomb(const RawLayout& layout, void* dst, std::span<const float> coefficients,
                 std::span<const void* const> terms) {
  if (terms.empty()) {
    std::memset(dst, 0, layout.bytes());
    return;
  }
  if (terms.size() == 1 && coefficients[0] == 1.0f) return copy(layout, dst, terms[0]);
  const auto kernel = cpu::kernels().lincomb[layout.element];
  share(layout.size, [&](std::size_t begin, std::size_t end) {
    constexpr std::size_t kFew = 16;
    std::array<const void*, kFew> few;
    std::vector<const void*> many(terms.size() > kFew ? terms.size() : 0);
    const void** from = many.empty() ? few.data() : many.data();
    for (std::size_t k = 0; k < terms.size(); ++k) from[k] = advanced(layout, terms[k], begin);
    kernel(advanced(layout, dst, begin), end - begin, coefficients.data(), from, terms.size());
  });
}

// Adds body(begin, end) over pieces of one fixed size, in their order, so that the sum does not depend
// on the number of threads.
template <typename Body>
double sum_in_pieces(std::size_t size, const Body& body) {
  constexpr std::size_t kSummedAtOnce = static_cast<std::size_t>(kGrain) / 2;
  std::vector<double> sums((size + kSummedAtOnce - 1) / kSummedAtOnce);
  const auto sum_some = [&](std::int64_t first, std::int64_t last) {
    for (auto piece = static_cast<std::size_t>(first); piece < static_cast<std::size_t>(last);
         ++piece) {
      sums[piece] = body(piece * kSummedAtOnce, std::min(size, (piece + 1) * kSummedAtOnce));
    }
  };
  const auto pieces = static_cast<std::int64_t>(sums.size());
  if (static_cast<std::int64_t>(size) < kParallelFrom) {
    sum_some(0, pieces);
  } else {
    at::parallel_for(0, pieces, 1, sum_some);
  }
  double sum = 0;
  for (const double piece : sums) sum += piece;
  return sum;
}

}  // namespace

RawLayout raw_layout(const at::Tensor& tensor) {
  TORCH_CHECK(tensor.defined() && tensor.is_contiguous(), "the tensor must be defined and contiguous");
  TORCH_CHECK(tensor.is_cpu() || tensor.is_cuda(), "the tensor is on ", tensor.device(),
              "; expected the CPU or a CUDA device");
  RawLayout layout{.device = tensor.device(), .size = static_cast<std::size_t>(tensor.numel())};
  switch (tensor.scalar_type()) {
    case at::kFloat:
      layout.element = cpu::kFloat32;
      break;
    case at::kHalf:
      layout.element = cpu::kFloat16;
      break;
    case at::kBFloat16:
      layout.element = cpu::kBfloat16;
      break;
    default:
      TORCH_CHECK(false, "the tensor is of type ", tensor.scalar_type(),
                  "; expected float32, float16 or bfloat16");
  }
  return layout;
}

void raw_lincomb(const RawLayout& layout, void* dst, std::span<const float> coefficients,
                 std::span<const void* const> terms) {
  if (layout.size == 0) return;
  if (layout.device.is_cpu()) {
    cpu_lincomb(layout, dst, coefficients, terms);
  } else {
    cuda::lincomb(layout, dst, coefficients, terms);
  }
}

double raw_sum_of_squares(const RawLayout& layout, const void* x) {
  const auto kernel = cpu::kernels().sum_of_squares[layout.element];
  return sum_in_pieces(layout.size, [&](std::size_t begin, std::size_t end) {
    return kernel(advanced(layout, x, begin), end - begin);
  });
}

double raw_sum_of_errors(const RawLayout& layout, const void* low, const void* high,
                         const void* previous, double atol, double rtol) {
  const auto kernel = cpu::kernels().sum_of_errors[layout.element];
  return sum_in_pieces(layout.size, [&](std::size_t begin, std::size_t end) {
    return kernel(advanced(layout, low, begin), advanced(layout, high, begin),
                  advanced(layout, previous, begin), atol, rtol, end - begin);
  });
}

}  // namespace ksampler
