// A formula on a stack, as the loops of the CPU take it: steps from registers to registers.
#ifndef KSAMPLER_PLAIN_FORMULA_STEPS_HPP
#define KSAMPLER_PLAIN_FORMULA_STEPS_HPP

#include "host/plain/cpu/kernels.hpp"

#include <ks/expression.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ksampler {

struct FormulaSteps {
  std::array<cpu::FormulaStep, KS_MOST_OPS> steps;
  std::size_t count = 0;

  std::span<const cpu::FormulaStep> all() const { return {steps.data(), count}; }
};

// Register k is term k; behind the terms come the numbers, and behind those what the steps give. A
// product that is added to something becomes one step with the sum.
// REQUIRES: the formula was checked; terms and numbers are what it may have at most.
FormulaSteps formula_steps(std::span<const ks_op> ops, std::size_t terms, std::size_t numbers);

}  // namespace ksampler

#endif
