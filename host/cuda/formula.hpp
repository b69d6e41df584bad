// A formula for each element on a CUDA device: one pass over memory by one kernel, whatever the
// formula.
#ifndef KSAMPLER_CUDA_FORMULA_HPP
#define KSAMPLER_CUDA_FORMULA_HPP

#include "host/cuda/module.hpp"
#include "host/plain/formula.hpp"

#include <cstddef>
#include <cstdint>

namespace ksampler::cuda {

// What the kernel gets by value, as formula.cu declares it.
struct FormulaArguments {
  const void* terms[KS_MOST_TERMS];
  float numbers[KS_MOST_NUMBERS];
  std::uint8_t steps[KS_MOST_OPS][5];
  std::uint8_t elements[KS_MOST_TERMS];
  std::uint8_t shapes[KS_MOST_TERMS];
  std::uint32_t step_count, term_count, number_count;
  std::uint32_t pixels, channels;
};

// Of a formula for a dst of a shape (KS_SHAPE_...). REQUIRES: as plain::map.
FormulaArguments formula_arguments(const LatentShape& latent, std::uint32_t dst_shape,
                                   const plain::Formula& formula);

// The kernels of formula.cu, reduce.cu, planes.cu and quantile.cu on one device.
struct FormulaKernels {
  Module module;
  CuFunction map[cpu::kElements] = {};
  CuFunction reduce = nullptr;
  CuFunction fold = nullptr;
  CuFunction finish = nullptr;
  CuFunction multiply = nullptr;
  CuFunction count = nullptr;
  CuFunction choose = nullptr;
  CuFunction above = nullptr;
  CuFunction finish_quantile = nullptr;

  // Throws Error where NVRTC or the driver is missing or refuses.
  explicit FormulaKernels(int device);
};

// Compiles and loads the kernels, where they are not yet. Throws as map.
void prepare_formulas(int device);

// Whether the kernel can count that many elements.
bool can_map(std::size_t size);

// dst = the formula. REQUIRES: as plain::map, on the place's device; can_map. Throws Error where NVRTC
// or the driver is missing or refuses.
void map(const Place& place, const LatentShape& latent, const plain::Part& dst,
         const plain::Formula& formula);

}  // namespace ksampler::cuda

#endif
