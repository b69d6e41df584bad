#include "host/cuda/reduce.hpp"

#include "host/cuda/formula.hpp"

#include <algorithm>

namespace ksampler::cuda {
namespace {

// The numbers that reduce.cu knows them by.
static_assert(KS_REDUCE_SUM == 0 && KS_REDUCE_MEAN == 1 && KS_REDUCE_MINIMUM == 2 &&
              KS_REDUCE_MAXIMUM == 3);

// A number of the result is taken by so many threads at first, and then by so many.
constexpr std::uint32_t kMostParts = 1024;
constexpr std::uint32_t kGroups = 32;

// Into how many elements of the result, and of how many elements each.
ReductionArguments arguments_of(const LatentShape& latent, std::uint32_t shape, std::uint32_t kind) {
  const auto all = static_cast<std::uint32_t>(latent.elements(KS_SHAPE_LATENT));
  const auto outputs = static_cast<std::uint32_t>(latent.elements(shape));
  const std::uint32_t each = all / outputs;
  const bool pixels = shape == KS_SHAPE_PIXELS;
  // Pixels are many: a thread takes the channels of one.
  const std::uint32_t parts = pixels ? 1 : std::min(each, kMostParts);
  return {outputs, each, parts, kind, pixels ? 1U : 0U};
}

// Parts of each number of the result, `count` of them, in scratch memory of the queue.
struct ReducedParts {
  double* data = nullptr;
  std::uint32_t count = 0;
};

ReducedParts reduced(Queue& queue, const FormulaKernels& kernels, ReductionArguments reduction,
                     FormulaArguments& formula) {
  const std::size_t first = std::size_t{reduction.outputs} * reduction.parts;
  const bool folds = reduction.parts > kGroups;
  const std::size_t second = folds ? std::size_t{reduction.outputs} * kGroups : 0;
  auto* parts = static_cast<double*>(queue.scratch((first + second) * sizeof(double)));
  void* parameters[] = {&parts, &reduction, &formula};
  kernels.module.launch(kernels.reduce, first, queue.place().stream, parameters,
                        "launching a reduction");
  if (!folds) return {parts, reduction.parts};
  double* folded = parts + first;
  std::uint32_t groups = kGroups;
  void* of_fold[] = {&folded, &parts, &reduction.outputs, &reduction.parts, &groups, &reduction.kind};
  kernels.module.launch(kernels.fold, second, queue.place().stream, of_fold, "launching a reduction");
  return {folded, kGroups};
}

}  // namespace

void reduce(Queue& queue, const LatentShape& latent, const plain::Part& dst, std::uint32_t reduction,
            const plain::Formula& formula) {
  const auto& kernels = kernels_of<FormulaKernels>(queue.place().device);
  const ContextGuard guard(kernels.module.context());
  ReductionArguments of = arguments_of(latent, dst.shape, reduction);
  FormulaArguments arguments = formula_arguments(latent, KS_SHAPE_LATENT, formula);
  ReducedParts parts = reduced(queue, kernels, of, arguments);
  void* data = dst.data;
  double divisor = reduction == KS_REDUCE_MEAN ? static_cast<double>(of.each) : 1.0;
  void* parameters[] = {&data, &parts.data, &of.outputs, &parts.count, &of.kind, &divisor};
  kernels.module.launch(kernels.finish, of.outputs, queue.place().stream, parameters,
                        "launching a reduction");
}

double sum(Queue& queue, const LatentShape& latent, const plain::Formula& formula) {
  const auto& kernels = kernels_of<FormulaKernels>(queue.place().device);
  const ContextGuard guard(kernels.module.context());
  const auto all = static_cast<std::uint32_t>(latent.elements(KS_SHAPE_LATENT));
  FormulaArguments arguments = formula_arguments(latent, KS_SHAPE_LATENT, formula);
  const ReducedParts parts =
      reduced(queue, kernels, {1, all, std::min(all, kMostParts), KS_REDUCE_SUM, 0}, arguments);
  double values[kGroups] = {};
  queue.download(values, parts.data, parts.count * sizeof(double));
  double total = 0;
  for (std::uint32_t i = 0; i < parts.count; ++i) total += values[i];
  return total;
}

}  // namespace ksampler::cuda
