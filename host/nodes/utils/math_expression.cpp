// ComfyMathExpression.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/utils/expression.hpp"
#include "host/nodes/utils/functions.hpp"

#include <cmath>
#include <map>

namespace ksampler {
namespace {

const std::string kPrefix = "values.";

Number number_in(const Value& value, const std::string& input) {
  if (const auto* integer = std::any_cast<std::int64_t>(&value)) return *integer;
  if (const auto* number = std::any_cast<double>(&value)) return *number;
  if (const auto* flag = std::any_cast<bool>(&value)) return std::int64_t{*flag ? 1 : 0};
  throw Error(sentence("'{}' is no number; expected an INT, a FLOAT or a BOOLEAN", input));
}

}  // namespace

std::vector<Value> run_math_expression(const NodeContext&, const Inputs& in) {
  std::map<std::string, Number> names;
  for (const InputDecl& input : in.node().decl->inputs) {
    if (!input.name.starts_with(kPrefix) || !in.has(input.name)) continue;
    names[input.name.substr(kPrefix.size())] = number_in(in.linked(input.name), input.name);
  }
  const std::string& expression = in.text("expression");
  if (expression.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw Error("'expression' is empty; expected one such as a + b");
  }
  const Number result = evaluated(expression, names);
  if (!std::isfinite(as_float(result))) {
    throw Error(sentence("'expression' gives {}; expected a number that is finite", as_float(result)));
  }
  // Beyond 64 bits the INT has no value; the others have.
  constexpr double kBeyond64Bits = 0x1p63;
  const Value integer =
      std::abs(as_float(result)) < kBeyond64Bits ? Value(as_integer(result)) : Value();
  return {as_float(result), integer, is_true(result)};
}

}  // namespace ksampler
