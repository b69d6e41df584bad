#include "host/base/sentence.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ksampler {
namespace {

TEST(Sentence, HasItsValuesWhereBracesStand) {
  const std::string name = "steps";
  EXPECT_EQ(sentence("'{}' is {}; it takes {} to {}", name, -3, 1u, std::string_view("10000")),
            "'steps' is -3; it takes 1 to 10000");
}

TEST(Sentence, WritesNumbersAsBrieflyAsTheyCanBeReadBack) {
  EXPECT_EQ(sentence("{} {} {}", 0.1, 1e300, 20.0), "0.1 1e+300 20");
  EXPECT_EQ(sentence("{}", std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(sentence("{:.1f} s", 2.25), "2.2 s");
}

TEST(Sentence, TakesDoubledBracesAsBraces) {
  EXPECT_EQ(sentence("{{ type: {} }}", "KSampler"), "{ type: KSampler }");
}

TEST(Sentence, TakesPathsAndCharacters) {
  EXPECT_EQ(sentence("{}: no '{}'", std::filesystem::path("a/b.yaml"), '#'), "a/b.yaml: no '#'");
}

TEST(Sentence, ReadsNoBracesInItsValues) { EXPECT_EQ(sentence("{}", "{} {0}"), "{} {0}"); }

}  // namespace
}  // namespace ksampler
