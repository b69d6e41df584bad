#include "host/cuda/formula.hpp"

#include "host/cuda/kernel_source.hpp"
#include "host/plain/formula_steps.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>

namespace ksampler::cuda {
namespace {

// The numbers that formula.cu knows them by.
static_assert(KS_SHAPE_LATENT == 0 && KS_SHAPE_PIXELS == 1 && KS_SHAPE_CHANNELS == 2 &&
              KS_SHAPE_ITEMS == 3);
static_assert(cpu::kFloat32 == 0 && cpu::kFloat16 == 1 && cpu::kBfloat16 == 2);
static_assert(static_cast<int>(cpu::FormulaOp::multiply_add) == 4 &&
              static_cast<int>(cpu::FormulaOp::power) == 8 &&
              static_cast<int>(cpu::FormulaOp::where) == 14);
static_assert(cpu::kFormulaRegisters == 96);

}  // namespace

FormulaKernels::FormulaKernels(int device) : module(kFormulaSource, device) {
  for (std::size_t i = 0; i < cpu::kElements; ++i) {
    map[i] = module.find(std::string("formula_") + kElementNames[i]);
  }
  reduce = module.find("reduce_formula");
  fold = module.find("fold_parts");
  finish = module.find("finish_reduction");
  multiply = module.find("multiply_planes");
  count = module.find("count_digits");
  choose = module.find("choose_digit");
  above = module.find("least_above");
  finish_quantile = module.find("finish_quantile");
}

void prepare_formulas(int device) { static_cast<void>(kernels_of<FormulaKernels>(device)); }

FormulaArguments formula_arguments(const LatentShape& latent, std::uint32_t dst_shape,
                                   const plain::Formula& formula) {
  FormulaArguments made{};
  for (const plain::Part& term : formula.terms) {
    made.terms[made.term_count] = term.data;
    made.elements[made.term_count] = static_cast<std::uint8_t>(term.element);
    made.shapes[made.term_count++] = static_cast<std::uint8_t>(term.shape);
  }
  for (const double number : formula.numbers) {
    made.numbers[made.number_count++] = static_cast<float>(number);
  }
  const FormulaSteps steps = formula_steps(formula.ops, formula.terms.size(), formula.numbers.size());
  for (const cpu::FormulaStep& step : steps.all()) {
    const std::uint8_t row[] = {static_cast<std::uint8_t>(step.op), step.to, step.a, step.b, step.c};
    std::copy(std::begin(row), std::end(row), made.steps[made.step_count++]);
  }
  const bool has_pixels = dst_shape == KS_SHAPE_LATENT || dst_shape == KS_SHAPE_PIXELS;
  const bool has_channels = dst_shape == KS_SHAPE_LATENT || dst_shape == KS_SHAPE_CHANNELS;
  made.pixels = has_pixels ? static_cast<std::uint32_t>(latent.pixels()) : 1;
  made.channels = has_channels ? static_cast<std::uint32_t>(latent.channels) : 1;
  return made;
}

bool can_map(std::size_t size) { return size <= std::numeric_limits<std::uint32_t>::max(); }

void map(const Place& place, const LatentShape& latent, const plain::Part& dst,
         const plain::Formula& formula) {
  const auto& kernels = kernels_of<FormulaKernels>(place.device);
  const ContextGuard guard(kernels.module.context());
  FormulaArguments arguments = formula_arguments(latent, dst.shape, formula);
  void* data = dst.data;
  auto size = static_cast<std::uint32_t>(latent.elements(dst.shape));
  void* parameters[] = {&data, &size, &arguments};
  kernels.module.launch(kernels.map[dst.element], size, place.stream, parameters,
                        "launching a formula");
}

}  // namespace ksampler::cuda
