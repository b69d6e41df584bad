#include "host/graph/wording.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ksampler {
namespace {

InputDecl of(InputKind kind, double minimum, double maximum) {
  InputDecl decl;
  decl.kind = kind;
  decl.minimum = minimum;
  decl.maximum = maximum;
  return decl;
}

constexpr double kNoBound = std::numeric_limits<double>::infinity();

}  // namespace

TEST(Wording, SaysRangesWithAsManyBoundsAsThereAre) {
  EXPECT_EQ(accepts(of(InputKind::number, 0, 100)), "a number from 0 to 100");
  EXPECT_EQ(accepts(of(InputKind::number, 0.5, kNoBound)), "a number of at least 0.5");
  EXPECT_EQ(accepts(of(InputKind::number, -kNoBound, 2)), "a number of at most 2");
  EXPECT_EQ(accepts(of(InputKind::number, -kNoBound, kNoBound)), "a number");
  // What a plugin that declares no range hands over.
  constexpr double most = std::numeric_limits<double>::max();
  EXPECT_EQ(accepts(of(InputKind::number, -most, most)), "a number");
}

TEST(Wording, SaysWholeNumbersInFull) {
  EXPECT_EQ(accepts(of(InputKind::integer, 0, 1000000)), "a whole number from 0 to 1000000");
}

TEST(Wording, SaysDefaultsAsAFileWouldWriteThem) {
  EXPECT_EQ(literal_text(std::int64_t{20}), "20");
  EXPECT_EQ(literal_text(8.0), "8");
  EXPECT_EQ(literal_text(std::string()), "\"\"");
  EXPECT_EQ(literal_text(true), "true");
  EXPECT_EQ(literal_text(std::vector<double>{1.5, 0}), "[1.5, 0]");
  EXPECT_EQ(literal_text(std::vector<double>{}), "[]");
}

TEST(Wording, NamesEveryKind) {
  EXPECT_EQ(kind_name(InputKind::link), "link");
  EXPECT_EQ(kind_name(InputKind::scheduler), "scheduler");
}

}  // namespace ksampler
