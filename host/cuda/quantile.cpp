#include "host/cuda/quantile.hpp"

#include "host/cuda/formula.hpp"

#include <algorithm>
#include <cstdint>

namespace ksampler::cuda {
namespace {

constexpr std::uint32_t kPartsOfQuantile = 1024;
constexpr std::uint32_t kBits = 32;

QuantileArguments arguments_of(const LatentShape& latent, std::uint32_t shape,
                               const plain::Part& tensor, double q) {
  const auto outputs = static_cast<std::uint32_t>(latent.elements(shape));
  const auto each = static_cast<std::uint32_t>(latent.elements(KS_SHAPE_LATENT)) / outputs;
  const double place = q * static_cast<double>(each - 1);
  const auto rank = static_cast<std::uint32_t>(place);
  return {.data = tensor.data,
          .element = tensor.element,
          .outputs = outputs,
          .each = each,
          .parts = std::min(each, kPartsOfQuantile),
          .rank = rank,
          .share = static_cast<float>(place - static_cast<double>(rank))};
}

}  // namespace

void quantile(Queue& queue, const LatentShape& latent, const plain::Part& dst,
              const plain::Part& tensor, double q) {
  const auto& kernels = kernels_of<FormulaKernels>(queue.place().device);
  const ContextGuard guard(kernels.module.context());
  const CuStream stream = queue.place().stream;
  QuantileArguments of = arguments_of(latent, dst.shape, tensor, q);
  const std::size_t counters = std::size_t{of.outputs} * of.parts;
  const std::size_t bytes = of.outputs * sizeof(Selection);
  void* selections = queue.scratch(bytes);
  driver().check(driver().fill_bytes(pointer(selections), 0, bytes, stream), "filling with zeros");
  const auto launch = [&](CuFunction function, std::size_t work, void** parameters) {
    kernels.module.launch(function, work, stream, parameters, "launching a quantile");
  };
  for (std::uint32_t shift = kBits; shift > 0;) {
    shift -= kBitsOfDigit;
    void* parameters[] = {&selections, &of, &shift};
    launch(kernels.count, counters, parameters);
    launch(kernels.choose, of.outputs, parameters);
  }
  void* of_above[] = {&selections, &of};
  launch(kernels.above, counters, of_above);
  void* data = dst.data;
  void* of_finish[] = {&data, &selections, &of};
  launch(kernels.finish_quantile, of.outputs, of_finish);
}

}  // namespace ksampler::cuda
