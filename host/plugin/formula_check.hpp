// Whether a formula that a plugin hands over (ks/expression.h) is one: for every host, before it
// computes.
#ifndef KSAMPLER_PLUGIN_FORMULA_CHECK_HPP
#define KSAMPLER_PLUGIN_FORMULA_CHECK_HPP

#include <ks/expression.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace ksampler {

// How many values an operation takes from the stack.
constexpr std::size_t operands_of(std::uint32_t op) {
  if (op <= KS_OP_NUMBER) return 0;
  if (op <= KS_OP_POWER) return 2;
  return op == KS_OP_WHERE ? 3 : 1;
}

// What is wrong with it, its tensors apart; empty: nothing. `function` begins the sentence.
std::string formula_problem(const char* function, const ks_expression* expression);

// "items", "channels", ... of KS_SHAPE_...; null for another number.
const char* name_of_shape(std::uint32_t shape);

}  // namespace ksampler

#endif
