#include "host/base/text.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ksampler {
namespace {

TEST(Quote, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(quote("dpmpp_2m"), "'dpmpp_2m'");
  EXPECT_EQ(quote("σ → 0"), "'σ → 0'");
  EXPECT_EQ(quote(""), "''");
}

TEST(Quote, ShowsControlCharactersAsHex) {
  EXPECT_EQ(quote("a\n\x1b[31mb\x7f"), "'a\\x0a\\x1b[31mb\\x7f'");
}

TEST(Quote, ShowsMalformedBytesAsHex) {
  EXPECT_EQ(quote("Me\xDF"), "'Me\\xdf'");
  EXPECT_EQ(quote("\xE2\x82"), "'\\xe2\\x82'");  // cut within a character
}

TEST(Quote, CutsLongTextBetweenCharacters) {
  const std::string text = quote(std::string(99, 'a') + "σσσ");
  EXPECT_EQ(text, "'" + std::string(99, 'a') + "...'");
}

TEST(Listed, JoinsWithCommasAndAnd) {
  EXPECT_EQ(listed(std::vector<std::string>{}), "");
  EXPECT_EQ(listed(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b"}), "a and b");
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b", "c"}), "a, b and c");
}

TEST(IsUtf8, AcceptsOneToFourBytes) { EXPECT_TRUE(is_utf8("a\xC3\x9F\xE2\x82\xAC\xF0\x9F\x98\x80")); }

TEST(IsUtf8, RefusesOverlongSurrogatesAndTooLarge) {
  EXPECT_FALSE(is_utf8("\xC0\x80"));
  EXPECT_FALSE(is_utf8("\xE0\x80\x80"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xF0\x80\x80\x80"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xF5\x80\x80\x80"));
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
}

}  // namespace
}  // namespace ksampler
