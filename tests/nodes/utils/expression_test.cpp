// Arithmetic as Python computes it. What is expected is what Python's own interpreter gives.
#include "host/nodes/utils/expression.hpp"

#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ksampler {
namespace {

using test::error_text;

const std::map<std::string, Number> kNames = {
    {"a", std::int64_t{7}}, {"b", 2.5}, {"c", std::int64_t{0}}};

Number value_of(const std::string& expression) { return evaluated(expression, kNames); }

std::int64_t integer(const std::string& expression) {
  return std::get<std::int64_t>(value_of(expression));
}
double number(const std::string& expression) { return std::get<double>(value_of(expression)); }

TEST(Expression, KeepsWholeNumbersWhole) {
  EXPECT_EQ(integer("a + 1"), 8);
  EXPECT_EQ(integer("9007199254740993 + 0"), 9007199254740993);  // no float has it
  EXPECT_EQ(number("a / 2"), 3.5);
  EXPECT_EQ(number("a * 1.0"), 7.0);
  EXPECT_EQ(number("9223372036854775807 + 1"), 9223372036854775808.0);
}

TEST(Expression, DividesTowardsMinusInfinity) {
  EXPECT_EQ(integer("7 // 2"), 3);
  EXPECT_EQ(integer("-7 // 2"), -4);
  EXPECT_EQ(integer("7 // -2"), -4);
  EXPECT_EQ(integer("-7 % 3"), 2);
  EXPECT_EQ(integer("7 % -3"), -2);
  EXPECT_EQ(number("-7.5 // 2"), -4.0);
  EXPECT_EQ(number("-7.5 % 2"), 0.5);
}

TEST(Expression, KnowsWhatComesFirst) {
  EXPECT_EQ(integer("2 + 3 * 4"), 14);
  EXPECT_EQ(integer("(2 + 3) * 4"), 20);
  EXPECT_EQ(integer("-2 ** 2"), -4);
  EXPECT_EQ(integer("2 ** 3 ** 2"), 512);
  EXPECT_EQ(number("2 ** -1"), 0.5);
  EXPECT_EQ(integer("10 - 3 - 2"), 5);
  EXPECT_EQ(integer("2 * 3 % 4"), 2);
}

TEST(Expression, ComparesAndChooses) {
  EXPECT_EQ(integer("1 < a <= 7 < 8"), 1);
  EXPECT_EQ(integer("1 < a > 9"), 0);
  EXPECT_EQ(integer("a == 7.0 and b != 2"), 1);
  EXPECT_EQ(integer("not a"), 0);
  EXPECT_EQ(integer("c or a"), 7);  // the value that decides
  EXPECT_EQ(integer("c and a"), 0);
  EXPECT_EQ(integer("1 if a > 9 else 2 if a > 5 else 3"), 2);
  EXPECT_EQ(number("a / c if c else b"), 2.5);  // divides by no zero
  EXPECT_EQ(integer("True + True"), 2);
}

TEST(Expression, HasFunctions) {
  EXPECT_EQ(integer("min(a, 3, 9)"), 3);
  EXPECT_EQ(number("max(values) + sum(values)"), 7 + 9.5);
  EXPECT_EQ(integer("values[0] + values[-1]"), 7);
  EXPECT_EQ(integer("round(2.5) + round(3.5)"), 6);  // halves to even
  EXPECT_EQ(number("round(2.675, 2)"), 2.67);        // as it is printed
  EXPECT_EQ(integer("round(1250, -2)"), 1200);
  EXPECT_EQ(integer("ceil(b) * floor(b)"), 6);
  EXPECT_EQ(integer("int(-2.7)"), -2);
  EXPECT_EQ(number("float(a)"), 7.0);
  EXPECT_EQ(integer("abs(-5) + pow(2, 10)"), 1029);
  EXPECT_EQ(number("sqrt(16)"), 4.0);
  EXPECT_EQ(number("log(8, 2)"), std::log(8.0) / std::log(2.0));
  EXPECT_EQ(number("log2(8) + log10(1000)"), 6.0);
  EXPECT_EQ(number("cos(0)"), 1.0);
}

TEST(Expression, MayTakeSeveralLines) { EXPECT_EQ(integer("(a +\n 1) *\t2"), 16); }

TEST(Expression, SaysWhatIsWrongAndWhere) {
  const auto error = [](const std::string& expression) {
    return error_text([&] { value_of(expression); });
  };
  EXPECT_EQ(error("a +"), "in the expression 'a +', at the end: expected a number, a name or '('");
  EXPECT_EQ(error("a b"), "in the expression 'a b', at 'b': expected an operator or the end");
  EXPECT_EQ(error("a + d"),
            "in the expression 'a + d', at 'd': there is no such value; linked are 'a', 'b' and 'c'");
  EXPECT_EQ(error("(a"), "in the expression '(a', at the end: expected ')'");
  EXPECT_EQ(error("sqrt(1, 2)"),
            "in the expression 'sqrt(1, 2)', at 'sqrt(1, 2)': sqrt() takes one number");
  EXPECT_EQ(error("rond(1)"),
            "in the expression 'rond(1)', at 'rond(1)': there is no function 'rond'; did you mean "
            "'round'?");
  EXPECT_EQ(error("a / c"), "division by zero");
  EXPECT_EQ(error("a // c"), "division by zero");
  EXPECT_EQ(error("a % 0.0"), "division by zero");
  EXPECT_EQ(error("sqrt(-1)"), "sqrt() of -1; expected 0 or above");
  EXPECT_EQ(error("10 ** 5000"), "the exponent 5000 is beyond 4000");
  EXPECT_EQ(error("1.2.3"), "in the expression '1.2.3', at '1.2.3': expected a number");
  EXPECT_NE(error("__import__('os')").find("there is no function '__import__'"), std::string::npos);
  EXPECT_NE(error(std::string(1000, '(')).find("nested deeper than 64 levels"), std::string::npos);
  EXPECT_NE(error(std::string(1000, '-') + "1").find("nested deeper than 64 levels"),
            std::string::npos);
}

std::vector<Value> computed(const std::string& expression, const std::map<std::string, Value>& values) {
  return NodeCase{"ComfyMathExpression", {{"expression", expression}}, values, {}}.run();
}

TEST(ComfyMathExpression, GivesTheResultInThreeTypes) {
  const auto values = computed("a * 24 / b", {{"values.a", std::int64_t{5}}, {"values.b", 7.0}});
  EXPECT_EQ(std::any_cast<double>(values.at(0)), 120.0 / 7.0);
  EXPECT_EQ(std::any_cast<std::int64_t>(values.at(1)), 17);
  EXPECT_TRUE(std::any_cast<bool>(values.at(2)));
  EXPECT_FALSE(std::any_cast<bool>(computed("a", {{"values.a", false}}).at(2)));
}

TEST(ComfyMathExpression, HasNoWholeNumberBeyond64Bits) {
  const auto values = computed("a ** 30", {{"values.a", std::int64_t{10}}});
  EXPECT_EQ(std::any_cast<double>(values.at(0)), 1e30);
  EXPECT_FALSE(values.at(1).has_value());
}

TEST(ComfyMathExpression, RefusesWhatIsNoNumber) {
  EXPECT_EQ(error_text([] {
              computed("a", {{"values.a", std::string("7")}});
            }),
            "'values.a' is no number; expected an INT, a FLOAT or a BOOLEAN");
  EXPECT_EQ(error_text([] { computed(" ", {}); }), "'expression' is empty; expected one such as a + b");
  EXPECT_EQ(error_text([] { computed("1e300 * 1e300", {}); }),
            "'expression' gives inf; expected a number that is finite");
}

std::vector<std::int64_t> sides(const std::string& ratio, double megapixels, std::int64_t multiple = 8,
                                std::int64_t minimum = 256) {
  NodeCase node{"ResolutionSelector",
                {{"aspect_ratio", ratio},
                 {"megapixels", megapixels},
                 {"multiple", multiple},
                 {"minimum", minimum}},
                {},
                {}};
  const auto values = node.run();
  return {std::any_cast<std::int64_t>(values.at(0)), std::any_cast<std::int64_t>(values.at(1))};
}

TEST(ResolutionSelector, RoundsTheSidesOfTheRatioToTheMultiple) {
  using Sides = std::vector<std::int64_t>;
  EXPECT_EQ(sides("1:1 (Square)", 1.0), (Sides{1024, 1024}));
  // sqrt(1048576 / 144) = 85.33: 16 and 9 of them are 1365.3 and 768.
  EXPECT_EQ(sides("16:9 (Widescreen)", 1.0), (Sides{1368, 768}));
  EXPECT_EQ(sides("16:9 (Widescreen)", 1.0, 64), (Sides{1344, 768}));
  EXPECT_EQ(sides("2:3 (Portrait Photo)", 0.5), (Sides{592, 888}));
  // 0.1 megapixels of 21:9 have sides of 494.7 and 212. 9 k is to be 256 at least, and both multiples
  // of 8: k is 32.
  EXPECT_EQ(sides("21:9 (Ultrawide)", 0.1), (Sides{672, 288}));
}

TEST(CustomCombo, GivesTheTextAndItsNumber) {
  const auto values = NodeCase{
      "CustomCombo",
      {{"choice", std::string("slow")}, {"index", std::int64_t{3}}},
      {},
      {}}.run();
  EXPECT_EQ(std::any_cast<std::string>(values.at(0)), "slow");
  EXPECT_EQ(std::any_cast<std::int64_t>(values.at(1)), 3);
}

}  // namespace
}  // namespace ksampler
