#include "host/model/text/vocabulary.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace ksampler {
namespace {

using test::error_text;

std::vector<TokenId> word(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<TokenId> tokens;
  vocabulary.append_word(text, tokens);
  return tokens;
}

TEST(Vocabulary, HoldsAsManyMergesAsClipHasTokens) {
  const std::string_view text = merges_text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), kStartOfText - 512);
  EXPECT_TRUE(text.starts_with("i n\nt h\n"));
}

TEST(Vocabulary, AByteIsItsPlaceInTheAlphabetAndAnotherAtTheEndOfAWord) {
  const Vocabulary none("");
  // '!' is the first byte that prints, 0 the first that does not: after 94 + 12 + 82 that do.
  EXPECT_EQ(word(none, "!"), (std::vector<TokenId>{256}));
  EXPECT_EQ(word(none, "!!"), (std::vector<TokenId>{0, 256}));
  EXPECT_EQ(word(none, std::string_view("\0", 1)), (std::vector<TokenId>{188 + 256}));
  EXPECT_EQ(word(none, ""), std::vector<TokenId>{});
}

TEST(Vocabulary, TheEarliestMergeGoesFirstAndTheLeftmostOfEquals) {
  const Vocabulary vocabulary("b c\na b\na a\n");
  const TokenId a = 'a' - '!';
  EXPECT_EQ(word(vocabulary, "abcx").front(), a);  // b c before a b
  EXPECT_EQ(word(vocabulary, "abcx").at(1), 512);
  EXPECT_EQ(word(vocabulary, "aaax").front(), 514);  // (a a) a, not a (a a)
  EXPECT_EQ(word(vocabulary, "aaax").at(1), a);
}

TEST(Vocabulary, AMergeThatEndsAWordMergesNowhereElse) {
  const Vocabulary vocabulary("a b</w>\n");
  EXPECT_EQ(word(vocabulary, "ab"), (std::vector<TokenId>{512}));
  EXPECT_EQ(word(vocabulary, "abab").size(), 3U);
}

TEST(Vocabulary, AWordOfAMillionLettersTakesNoTimeToSpeakOf) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_LT(word(Vocabulary::clip(), std::string(1'000'000, 'a')).size(), 500'000U);
  // O(n log n): a quadratic merge would take half an hour. Ten seconds, as sanitizers and neighbours
  // slow it.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(Vocabulary, NamesTheLineThatIsNoMerge) {
  EXPECT_EQ(error_text([] { Vocabulary("a b\nab\n"); }),
            "merges.txt:2:1: 'ab' is not two tokens that are known by then, with a space between");
  EXPECT_EQ(error_text([] { Vocabulary("a b\nab cd\n"); }),
            "merges.txt:2:1: 'ab cd' is not two tokens that are known by then, with a space between");
}

}  // namespace
}  // namespace ksampler
