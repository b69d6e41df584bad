#include "host/base/error.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

Diagnostic diagnostic(Place place, std::string message) {
  return {std::move(place), std::move(message)};
}

TEST(Diagnostic, TextHoldsFileLineAndColumn) {
  EXPECT_EQ(diagnostic({"a.yaml", 3, 7}, "no").text(), "a.yaml:3:7: no");
}

TEST(Diagnostic, TextLeavesOutWhatIsNotKnown) {
  EXPECT_EQ(diagnostic({"a.yaml", 3, 0}, "no").text(), "a.yaml:3: no");
  EXPECT_EQ(diagnostic({"a.yaml", 0, 0}, "no").text(), "a.yaml: no");
  EXPECT_EQ(diagnostic({"", 3, 7}, "no").text(), "3:7: no");
  EXPECT_EQ(diagnostic({}, "no").text(), "no");
}

TEST(Error, WhatGivesEachDiagnosticALine) {
  const Error error({diagnostic({"a", 1, 0}, "first"), diagnostic({"b", 2, 0}, "second")});
  EXPECT_STREQ(error.what(), "a:1: first\nb:2: second");
  EXPECT_EQ(error.diagnostics().size(), 2u);
}

TEST(Nearest, FindsAMissingASwappedAndAWrongLetter) {
  const std::vector<std::string> names = {"euler", "heun", "dpmpp_2m", "dpmpp_2s_ancestral"};
  EXPECT_EQ(nearest("dpmp_2m", names), "dpmpp_2m");
  EXPECT_EQ(nearest("eluer", names), "euler");
  EXPECT_EQ(nearest("huen", names), "heun");
  EXPECT_EQ(nearest("Euler", names), "euler");
}

TEST(Nearest, IsEmptyWhereNothingIsNear) {
  EXPECT_EQ(nearest("uni_pc", {"euler", "heun"}), "");
  EXPECT_EQ(nearest("", {"a", "euler"}), "");
  EXPECT_EQ(nearest("x", {"y"}), "");  // one letter of one: another name, not a slip
  EXPECT_EQ(nearest("euler", {}), "");
}

TEST(Nearest, TakesTheFirstOfEquallyNear) { EXPECT_EQ(nearest("eulex", {"euler", "eulen"}), "euler"); }

TEST(Nearest, IsQuickOnAbsurdlyLongNames) {
  const std::string name(1'000'000, 'x');
  EXPECT_EQ(nearest(name, {"euler", "heun"}), "");
}

TEST(Suggestion, AsksForTheNearest) {
  EXPECT_EQ(suggestion("dpmp_2m", {"euler", "dpmpp_2m"}), "; did you mean 'dpmpp_2m'?");
}

TEST(Suggestion, ListsWhatIsKnownWhereNothingIsNear) {
  EXPECT_EQ(suggestion("zzz", {"euler", "heun"}), "; known are: euler, heun");
}

TEST(Suggestion, ListsTwelveAndCountsTheRest) {
  std::vector<std::string> names;
  for (int i = 0; i < 15; ++i) names.push_back("name" + std::to_string(i));
  EXPECT_EQ(
      suggestion("zzz", names),
      "; known are: name0, name1, name2, name3, name4, name5, name6, name7, name8, name9, name10, "
      "name11 and 3 more");
}

TEST(Suggestion, IsEmptyWithoutCandidates) { EXPECT_EQ(suggestion("euler", {}), ""); }

}  // namespace
}  // namespace ksampler
