#include "host/graph/comfy/name_pattern.hpp"

#include <gtest/gtest.h>

namespace ksampler::test {
namespace {

TEST(NamePattern, FitsWhatItIsFoundIn) {
  EXPECT_TRUE(NamePattern().fits(""));
  EXPECT_TRUE(NamePattern("").fits("seed"));
  EXPECT_TRUE(NamePattern(".*").fits(std::string(100, 'a')));
  const NamePattern seed("^(noise_)?seed$");
  EXPECT_TRUE(seed.fits("seed"));
  EXPECT_TRUE(seed.fits("noise_seed"));
  EXPECT_FALSE(seed.fits("seeds"));
  EXPECT_TRUE(NamePattern("a*b*c*d+").fits("the d"));
}

TEST(NamePattern, FitsNothingWhereItIsNoExpressionOrCouldTakeLong) {
  for (const char* pattern : {"(", "*a", "(a)\\1", "a{2}", "[z-a]", "(?=a)", "(?!b)"}) {
    EXPECT_FALSE(NamePattern(pattern).fits("aa")) << pattern;
  }
  EXPECT_FALSE(NamePattern(std::string(65, 'a')).fits(std::string(64, 'a')));
  EXPECT_FALSE(NamePattern("a").fits(std::string(65, 'a')));
}

// Found by thinking of what a fuzzer would: way after way through the letters, each of these took for
// ever.
TEST(NamePattern, IsQuickOverAHostileOne) {
  const std::string name(64, 'a');
  for (const char* pattern :
       {"(a|a)*b", "(a?a?)+b", "((a+)+)+b", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b"}) {
    EXPECT_FALSE(NamePattern(pattern).fits(name)) << pattern;
  }
}

}  // namespace
}  // namespace ksampler::test
