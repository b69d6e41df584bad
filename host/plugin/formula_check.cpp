#include "host/plugin/formula_check.hpp"

#include "host/base/sentence.hpp"

#include <cmath>
#include <cstddef>

namespace ksampler {
namespace {

std::string stack_problem(const ks_expression& expression) {
  std::size_t depth = 0;
  for (std::uint32_t i = 0; i < expression.op_count; ++i) {
    const ks_op op = expression.ops[i];
    if (op.op > KS_OP_WHERE)
      return sentence("operation {} is {}; the last there is is {}", i, op.op, KS_OP_WHERE + 0);
    const std::uint32_t there = op.op == KS_OP_TERM ? expression.term_count : expression.number_count;
    if (op.op <= KS_OP_NUMBER && op.argument >= there) {
      return sentence("operation {} takes {} {} of {}", i, op.op == KS_OP_TERM ? "term" : "number",
                      op.argument, there);
    }
    const std::size_t taken = operands_of(op.op);
    if (depth < taken) return sentence("operation {} takes {} values where {} are", i, taken, depth);
    depth = depth - taken + 1;
    if (depth > KS_MOST_DEPTH) {
      return sentence("it has more than {} values that wait", KS_MOST_DEPTH + 0);
    }
  }
  if (depth == 1) return {};
  return sentence("it ends with {} values; expected one", depth);
}

}  // namespace

std::string formula_problem(const char* function, const ks_expression* expression) {
  const auto problem = [&](const std::string& what) {
    return sentence("{}: the formula: {}", function, what);
  };
  if (expression == nullptr || expression->size < sizeof(ks_expression))
    return problem("there is none");
  const ks_expression& given = *expression;
  if (given.op_count > KS_MOST_OPS || given.term_count > KS_MOST_TERMS ||
      given.number_count > KS_MOST_NUMBERS) {
    return problem(sentence(
        "it has {} operations, {} terms and {} numbers; at most {}, {} and {} may be", given.op_count,
        given.term_count, given.number_count, KS_MOST_OPS + 0, KS_MOST_TERMS + 0, KS_MOST_NUMBERS + 0));
  }
  if ((given.op_count > 0 && given.ops == nullptr) ||
      (given.term_count > 0 && given.terms == nullptr) ||
      (given.number_count > 0 && given.numbers == nullptr)) {
    return problem("a list is null that has a length");
  }
  for (std::uint32_t i = 0; i < given.number_count; ++i) {
    if (std::isfinite(static_cast<float>(given.numbers[i]))) continue;
    return problem(sentence("number {} is {:f}; expected a finite number in the range of float32", i,
                            given.numbers[i]));
  }
  const std::string stack = stack_problem(given);
  return stack.empty() ? stack : problem(stack);
}

const char* name_of_shape(std::uint32_t shape) {
  switch (shape) {
    case KS_SHAPE_LATENT:
      return "the latent";
    case KS_SHAPE_PIXELS:
      return "a number a pixel";
    case KS_SHAPE_CHANNELS:
      return "a number a channel";
    case KS_SHAPE_ITEMS:
      return "a number an item";
    default:
      return nullptr;
  }
}

}  // namespace ksampler
