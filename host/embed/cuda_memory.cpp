#include "host/embed/cuda_memory.hpp"

#include "host/base/sentence.hpp"
#include "host/cuda/formula.hpp"
#include "host/cuda/lincomb.hpp"
#include "host/cuda/quantile.hpp"
#include "host/cuda/reduce.hpp"
#include "host/embed/failures.hpp"
#include "host/plain/loops.hpp"
#include "host/session/dlpack.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace ksampler::embed {
namespace {

plain::Layout layout_on_device(const RunTensor& tensor) { return {tensor.element, tensor.size}; }

plain::Part part_on_device(const RunTensor& tensor) {
  return {tensor.data, tensor.element, tensor.shape};
}

// The terms of a formula on the device.
struct PartsOnDevice {
  std::array<plain::Part, KS_MOST_TERMS> parts{};
  plain::Formula formula;

  explicit PartsOnDevice(const RunFormula& of) {
    for (std::size_t i = 0; i < of.terms.size(); ++i) parts[i] = part_on_device(*of.terms[i]);
    formula = {of.ops, of.numbers, {parts.data(), of.terms.size()}};
  }
  PartsOnDevice(const PartsOnDevice&) = delete;
  PartsOnDevice& operator=(const PartsOnDevice&) = delete;
};

void check_size(std::size_t size) {
  if (cuda::can_map(size)) return;
  throw Error(sentence("a tensor of {} elements; on a CUDA device it may have {}", size,
                       std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

std::unique_ptr<cuda::Queue> queue_of(const ks_cuda& place) {
  if (place.device < 0) {
    throw BadArgument(sentence("CUDA device {}; expected 0 or above", place.device));
  }
  cuda::prepare_lincomb(place.device);
  cuda::prepare_formulas(place.device);
  return std::make_unique<cuda::Queue>(
      cuda::Place{place.device, static_cast<cuda::CuStream>(place.stream)});
}

CudaMemory::CudaMemory(const LatentShape& shape, cpu::Element element, cuda::Queue& queue)
    : Memory(shape, static_cast<std::size_t>(shape.elements(KS_SHAPE_LATENT)), element),
      queue_(queue),
      filters_(queue) {
  check_size(size());
}

void CudaMemory::make(RunTensor& tensor) {
  check_size(tensor.size);
  tensor.data = queue_.allocate(layout_on_device(tensor).bytes());
}

void CudaMemory::free(RunTensor& tensor) noexcept { queue_.free(tensor.data); }

void CudaMemory::lincomb(const RunTensor& dst, std::span<const float> coefficients,
                         std::span<const void* const> terms) {
  cuda::lincomb(queue_.place(), layout_on_device(dst), dst.data, coefficients, terms);
}

double CudaMemory::root_of_mean(std::span<const ks_op> ops, std::span<const double> numbers,
                                std::span<const RunTensor* const> terms) {
  const PartsOnDevice parts({ops, numbers, terms});
  return std::sqrt(cuda::sum(queue_, shape(), parts.formula) / static_cast<double>(size()));
}

double CudaMemory::norm(const RunTensor& x) {
  constexpr std::array kSquare = {ks_op{KS_OP_TERM, 0}, ks_op{KS_OP_TERM, 0}, ks_op{KS_OP_MULTIPLY, 0}};
  const RunTensor* const terms[] = {&x};
  return root_of_mean(kSquare, {}, terms);
}

double CudaMemory::error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous,
                              double atol, double rtol) {
  // ((low - high) / max(atol, rtol max(|low|, |previous|)))^2
  constexpr std::array kRatio = {
      ks_op{KS_OP_TERM, 0},     ks_op{KS_OP_TERM, 1},    ks_op{KS_OP_SUBTRACT, 0},
      ks_op{KS_OP_TERM, 0},     ks_op{KS_OP_ABS, 0},     ks_op{KS_OP_TERM, 2},
      ks_op{KS_OP_ABS, 0},      ks_op{KS_OP_MAXIMUM, 0}, ks_op{KS_OP_NUMBER, 1},
      ks_op{KS_OP_MULTIPLY, 0}, ks_op{KS_OP_NUMBER, 0},  ks_op{KS_OP_MAXIMUM, 0},
      ks_op{KS_OP_DIVIDE, 0}};
  std::array<ks_op, 2 * kRatio.size() + 1> squared;
  const auto second = std::copy(kRatio.begin(), kRatio.end(), squared.begin());
  *std::copy(kRatio.begin(), kRatio.end(), second) = {KS_OP_MULTIPLY, 0};
  const double numbers[] = {atol, rtol};
  const RunTensor* const terms[] = {&low, &high, &previous};
  return root_of_mean(squared, numbers, terms);
}

void CudaMemory::map(const RunTensor& dst, const RunFormula& formula) {
  cuda::map(queue_.place(), shape(), part_on_device(dst), PartsOnDevice(formula).formula);
}

void CudaMemory::reduce(const RunTensor& dst, std::uint32_t reduction, const RunFormula& formula) {
  cuda::reduce(queue_, shape(), part_on_device(dst), reduction, PartsOnDevice(formula).formula);
}

void CudaMemory::fill(const RunTensor& dst, std::span<const float> values) {
  std::vector<void*> targets;  // one item, or all of them
  const std::size_t bytes = values.size() * cpu::kElementBytes[dst.element];
  for (std::size_t i = 0; i < dst.size / values.size(); ++i) {
    targets.push_back(static_cast<std::byte*>(dst.data) + i * bytes);
  }
  queue_.upload(targets, bytes, [&](void* to) {
    plain::convert(to, dst.element, values.data(), cpu::kFloat32, values.size());
  });
}

void CudaMemory::put(const RunTensor& dst, const float* values) { fill(dst, {values, dst.size}); }

void CudaMemory::get(const RunTensor& src, float* values) {
  std::vector<std::byte> bytes(layout_on_device(src).bytes());
  queue_.download(bytes.data(), src.data, bytes.size());
  plain::convert(values, cpu::kFloat32, bytes.data(), src.element, src.size);
}

void CudaMemory::quantile(const RunTensor& dst, const RunTensor& tensor, double q) {
  cuda::quantile(queue_, shape(), part_on_device(dst), part_on_device(tensor), q);
}

plain::Planes CudaMemory::planes(const RunTensor& tensor) const {
  return {tensor.data, tensor.element, static_cast<std::size_t>(shape().items * shape().channels),
          static_cast<std::size_t>(tensor.height), static_cast<std::size_t>(tensor.width)};
}

void CudaMemory::fourier(const RunTensor& dst, const RunTensor& src, const RunTensor& gains,
                         std::uint32_t transform) {
  filters_.fourier(planes(dst), planes(src), static_cast<const float*>(gains.data),
                   static_cast<std::size_t>(shape().channels), transform);
}

void CudaMemory::blur(const RunTensor& dst, const RunTensor& src, double sigma) {
  filters_.blur(planes(dst), planes(src), sigma);
}

void CudaMemory::coarse(const RunTensor& dst, const RunTensor& src, std::int64_t height,
                        std::int64_t width) {
  filters_.coarse(planes(dst), planes(src), static_cast<std::size_t>(height),
                  static_cast<std::size_t>(width));
}

void CudaMemory::resize(const RunTensor& dst, const RunTensor& src, std::uint32_t how) {
  filters_.resize(planes(dst), planes(src), how);
}

void* CudaMemory::dlpack(const RunTensor& tensor) {
  return managed_tensor(tensor.data, tensor.element,
                        {shape().items, shape().channels, tensor.height, tensor.width},
                        {dlpack::kCuda, queue_.place().device});
}

}  // namespace ksampler::embed

ks_status ks_cuda_check(int32_t device) {
  using namespace ksampler::embed;
  ks_cuda place{};
  place.size = sizeof place;
  place.device = device;
  return answered([&] { queue_of(place); });
}
