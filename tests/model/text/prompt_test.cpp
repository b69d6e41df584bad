// Expected parts were worked out from ComfyUI's rules (prompt.hpp); weights are exact products of 1.1.
#include "host/model/text/prompt.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ksampler {
namespace {

using test::error_text;
using Parts = std::vector<WeightedText>;

constexpr double kOnce = 1.0 * 1.1;
constexpr double kTwice = kOnce * 1.1;

struct PromptCase {
  const char* name;
  const char* prompt;
  Parts parts;
};

class PromptWeights : public ::testing::TestWithParam<PromptCase> {};

TEST_P(PromptWeights, AreThoseOfComfyUI) {
  EXPECT_EQ(parse_prompt(GetParam().prompt), GetParam().parts) << GetParam().prompt;
}

INSTANTIATE_TEST_SUITE_P(
    Of, PromptWeights,
    ::testing::Values(
        PromptCase{"PlainText", "a red circle", {{"a red circle", 1.0}}},
        PromptCase{"AnEmptyPrompt", "", {}},
        PromptCase{"APair", "a (red) circle", {{"a ", 1.0}, {"red", kOnce}, {" circle", 1.0}}},
        PromptCase{"ANumber", "(red:1.3)", {{"red", 1.3}}},
        PromptCase{"ANumberBelowOne", "a (red: 0.5 )", {{"a ", 1.0}, {"red", 0.5}}},
        PromptCase{"ANegativeNumber", "(red:-1)", {{"red", -1.0}}},
        PromptCase{"NestedPairs", "((red))", {{"red", kTwice}}},
        PromptCase{"APairInAPair", "(a (red) b)", {{"a ", kOnce}, {"red", kTwice}, {" b", kOnce}}},
        // A number replaces what is around it; the pair around it counts for its other words.
        PromptCase{"ANumberInAPair", "(a (red:1.3))", {{"a ", kOnce}, {"red", 1.3}}},
        PromptCase{"APairInANumber", "(a (red) b:2)", {{"a ", 2.0}, {"red", 2.0 * 1.1}, {" b", 2.0}}},
        PromptCase{"TheLastColonOfAPair", "(16:9:1.5)", {{"16:9", 1.5}}},
        PromptCase{"AColonWithoutANumber", "(ratio: wide)", {{"ratio: wide", kOnce}}},
        PromptCase{"AColonAtTheStart", "(:1.5)", {{":1.5", kOnce}}},
        PromptCase{"AColonOutsideOfPairs", "red:1.5", {{"red:1.5", 1.0}}},
        PromptCase{"NumbersThatAreNone", "(red:1.2.3)", {{"red:1.2.3", kOnce}}},
        PromptCase{"EmptyPairs", "a()b(())", {{"a", 1.0}, {"b", 1.0}}},
        PromptCase{"AnEmptyPairWithANumber", "a(b:)", {{"a", 1.0}, {"b:", kOnce}}},
        PromptCase{"EscapedParentheses", R"(a \(red\) (b\):1.5))", {{"a (red) ", 1.0}, {"b)", 1.5}}},
        PromptCase{"ABackslashBeforeAnother", R"(a\\(b)", {{R"(a\(b)", 1.0}}},
        PromptCase{"ABackslashBeforeALetter", R"(a\b)", {{R"(a\b)", 1.0}}},
        PromptCase{"AnUnpairedOpening", "a (red", {{"a ", 1.0}, {"(red", 1.0}}},
        // The last ")" of the prompt is taken for the pair of the first "(" that has none.
        PromptCase{"AnUnpairedOpeningBeforeAPair", "(a (red)", {{"a ", kOnce}, {"(red", kOnce}}},
        PromptCase{"AnUnpairedClosing", "a) (red)", {{"a) (red)", 1.0}}},
        PromptCase{"AnUnpairedClosingBeforeTwoPairs", "a) (b) (c)", {{"a) (b) (c)", 1.0}}},
        PromptCase{"OneParenthesis", "(", {{"(", 1.0}}}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(PromptNumbers, AreReadAsPythonReadsThem) {
  EXPECT_EQ(parse_weight("1.2"), 1.2);
  EXPECT_EQ(parse_weight(" +.5\n"), 0.5);
  EXPECT_EQ(parse_weight("-1."), -1.0);
  EXPECT_EQ(parse_weight("1e-3"), 1e-3);
  EXPECT_EQ(parse_weight("1_0.0_5"), 10.05);
  EXPECT_EQ(parse_weight("1e-999"), 0.0);
  EXPECT_EQ(parse_weight("1e999"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_weight("-Infinity"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*parse_weight("NaN")));
  for (const char* none : {"", " ", "+", "--1", "1.2.3", "1,2", "0x1p3", "_1", "1__0", "1_", "1e", "e1",
                           "nan(1)", "1 2", "."}) {
    EXPECT_EQ(parse_weight(none), std::nullopt) << none;
  }
}

TEST(PromptErrors, AWeightThatIsNotFiniteIsShown) {
  EXPECT_EQ(error_text([] { parse_prompt("a (red:nan) circle"); }),
            "the weight in '(red:nan)' is not finite; expected a number such as 1.2");
  EXPECT_EQ(error_text([] { parse_prompt(R"((\(red\):1e999))"); }),
            "the weight in '((red):1e999)' is not finite; expected a number such as 1.2");
}

TEST(PromptErrors, WhatIsNotUtf8IsShown) {
  EXPECT_EQ(error_text([] { parse_prompt("a \xFF b"); }), "the prompt 'a \\xff b' is not UTF-8");
}

TEST(PromptErrors, ParenthesesWithoutEndAreRefusedBeforeTheStackIsFull) {
  const std::string deep = std::string(100'000, '(') + "a" + std::string(100'000, ')');
  EXPECT_EQ(error_text([&] { parse_prompt(deep); }), "parentheses are nested more than 500 deep");
  EXPECT_EQ(parse_prompt(std::string(20, '(') + "a" + std::string(20, ')')).size(), 1U);
}

}  // namespace
}  // namespace ksampler
