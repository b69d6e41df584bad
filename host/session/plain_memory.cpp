#include "host/session/plain_memory.hpp"

#include "host/plain/formula.hpp"
#include "host/plain/loops.hpp"
#include "host/session/dlpack.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

namespace ksampler {
namespace {

constexpr std::align_val_t kCacheLine{64};  // and so a vector's

plain::Layout layout_of(const RunTensor& tensor) { return {tensor.element, tensor.size}; }

plain::Part part_of(const RunTensor& tensor) { return {tensor.data, tensor.element, tensor.shape}; }

double root_of_mean(double sum, std::size_t size) {
  return size == 0 ? 0.0 : std::sqrt(sum / static_cast<double>(size));
}

// The terms of a formula in main memory.
struct Parts {
  std::array<plain::Part, KS_MOST_TERMS> parts{};
  plain::Formula formula;

  explicit Parts(const RunFormula& of) {
    for (std::size_t i = 0; i < of.terms.size(); ++i) parts[i] = part_of(*of.terms[i]);
    formula = {of.ops, of.numbers, {parts.data(), of.terms.size()}};
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
};

}  // namespace

PlainMemory::PlainMemory(const LatentShape& shape, cpu::Element element, const Workers& workers)
    : Memory(shape, static_cast<std::size_t>(shape.elements(KS_SHAPE_LATENT)), element),
      workers_(workers) {}

void PlainMemory::make(RunTensor& tensor) {
  tensor.data = ::operator new(std::max<std::size_t>(layout_of(tensor).bytes(), 1), kCacheLine);
}

void PlainMemory::free(RunTensor& tensor) noexcept { ::operator delete(tensor.data, kCacheLine); }

void PlainMemory::lincomb(const RunTensor& dst, std::span<const float> coefficients,
                          std::span<const void* const> terms) {
  plain::lincomb(layout_of(dst), dst.data, coefficients, terms, workers_);
}

double PlainMemory::norm(const RunTensor& x) {
  return root_of_mean(plain::sum_of_squares(layout_of(x), x.data, workers_), x.size);
}

double PlainMemory::error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous,
                               double atol, double rtol) {
  return root_of_mean(
      plain::sum_of_errors(layout_of(low), low.data, high.data, previous.data, atol, rtol, workers_),
      low.size);
}

void PlainMemory::map(const RunTensor& dst, const RunFormula& formula) {
  plain::map(shape(), part_of(dst), Parts(formula).formula, workers_);
}

void PlainMemory::reduce(const RunTensor& dst, std::uint32_t reduction, const RunFormula& formula) {
  plain::reduce(shape(), part_of(dst), reduction, Parts(formula).formula, workers_);
}

void PlainMemory::quantile(const RunTensor& dst, const RunTensor& tensor, double q) {
  plain::quantile(shape(), part_of(dst), part_of(tensor), q);
}

void PlainMemory::fill(const RunTensor& dst, std::span<const float> values) {
  for (std::size_t i = 0; i < dst.size; i += values.size()) {
    plain::convert(static_cast<std::byte*>(dst.data) + i * cpu::kElementBytes[dst.element], dst.element,
                   values.data(), cpu::kFloat32, values.size());
  }
}

plain::Planes PlainMemory::planes(const RunTensor& tensor) const {
  return {tensor.data, tensor.element, static_cast<std::size_t>(shape().items * shape().channels),
          static_cast<std::size_t>(tensor.height), static_cast<std::size_t>(tensor.width)};
}

void PlainMemory::fourier(const RunTensor& dst, const RunTensor& src, const RunTensor& gains,
                          std::uint32_t transform) {
  filters_.fourier(planes(dst), planes(src), static_cast<const float*>(gains.data),
                   static_cast<std::size_t>(shape().channels), transform);
}

void PlainMemory::blur(const RunTensor& dst, const RunTensor& src, double sigma) {
  filters_.blur(planes(dst), planes(src), sigma);
}

void PlainMemory::coarse(const RunTensor& dst, const RunTensor& src, std::int64_t height,
                         std::int64_t width) {
  filters_.coarse(planes(dst), planes(src), static_cast<std::size_t>(height),
                  static_cast<std::size_t>(width));
}

void PlainMemory::resize(const RunTensor& dst, const RunTensor& src, std::uint32_t how) {
  filters_.resize(planes(dst), planes(src), how);
}

void PlainMemory::put(const RunTensor& dst, const float* values) {
  plain::convert(dst.data, dst.element, values, cpu::kFloat32, dst.size);
}

void PlainMemory::get(const RunTensor& src, float* values) {
  plain::convert(values, cpu::kFloat32, src.data, src.element, src.size);
}

float* PlainMemory::float32(const RunTensor& tensor) {
  return tensor.element == cpu::kFloat32 ? static_cast<float*>(tensor.data) : nullptr;
}

void* PlainMemory::dlpack(const RunTensor& tensor) {
  return managed_tensor(tensor.data, tensor.element,
                        {shape().items, shape().channels, tensor.height, tensor.width});
}

}  // namespace ksampler
