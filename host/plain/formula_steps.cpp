#include "host/plain/formula_steps.hpp"

#include "host/plain/latent_shape.hpp"

#include <algorithm>

namespace ksampler {
namespace {

using cpu::FormulaOp;
using cpu::FormulaStep;

static_assert(KS_MOST_TERMS + KS_MOST_NUMBERS + KS_MOST_DEPTH <= cpu::kFormulaRegisters);

FormulaOp operation(std::uint32_t op) {
  switch (op) {
    case KS_OP_ADD:
      return FormulaOp::add;
    case KS_OP_SUBTRACT:
      return FormulaOp::subtract;
    case KS_OP_MULTIPLY:
      return FormulaOp::multiply;
    case KS_OP_DIVIDE:
      return FormulaOp::divide;
    case KS_OP_MINIMUM:
      return FormulaOp::minimum;
    case KS_OP_MAXIMUM:
      return FormulaOp::maximum;
    case KS_OP_POWER:
      return FormulaOp::power;
    case KS_OP_ABS:
      return FormulaOp::abs;
    case KS_OP_SIGN:
      return FormulaOp::sign;
    case KS_OP_SQRT:
      return FormulaOp::sqrt;
    case KS_OP_EXP:
      return FormulaOp::exp;
    case KS_OP_LOG:
      return FormulaOp::log;
    default:
      return FormulaOp::where;
  }
}

}  // namespace

FormulaSteps formula_steps(std::span<const ks_op> ops, std::size_t terms, std::size_t numbers) {
  FormulaSteps made;
  const auto first_result = static_cast<std::uint8_t>(terms + numbers);
  std::array<std::uint8_t, KS_MOST_DEPTH> stack{};  // registers
  std::size_t depth = 0;
  const auto add_step = [&](FormulaOp op, std::uint8_t a, std::uint8_t b, std::uint8_t c) {
    // What stands at one depth of the stack has a register of its own, and is read once.
    const auto to = static_cast<std::uint8_t>(first_result + depth);
    made.steps[made.count++] = {op, to, a, b, c};
    stack[depth++] = to;
  };
  for (const ks_op& op : ops) {
    if (op.op == KS_OP_TERM) {
      stack[depth++] = static_cast<std::uint8_t>(op.argument);
      continue;
    }
    if (op.op == KS_OP_NUMBER) {
      stack[depth++] = static_cast<std::uint8_t>(terms + op.argument);
      continue;
    }
    const std::size_t taken = values_taken_by(op.op);
    depth -= taken;
    std::array<std::uint8_t, 3> from{};
    for (std::size_t i = 0; i < 3; ++i) from[i] = stack[depth + std::min(i, taken - 1)];
    const FormulaStep* const latest = made.count == 0 ? nullptr : &made.steps[made.count - 1];
    const bool of_product = latest != nullptr && latest->op == FormulaOp::multiply;
    if (op.op == KS_OP_ADD && of_product && from[1] == latest->to) {
      const FormulaStep product = *latest;
      --made.count;
      add_step(FormulaOp::multiply_add, product.a, product.b, from[0]);
    } else if (op.op == KS_OP_ADD && of_product && from[0] == latest->to) {
      const FormulaStep product = *latest;
      --made.count;
      add_step(FormulaOp::multiply_add, product.a, product.b, from[1]);
    } else {
      add_step(operation(op.op), from[0], from[1], from[2]);
    }
  }
  if (made.count == 0) {
    depth = 0;
    const std::uint8_t from = stack[0];
    add_step(FormulaOp::copy, from, from, from);
  }
  return made;
}

}  // namespace ksampler
