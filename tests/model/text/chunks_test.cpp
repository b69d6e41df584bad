#include "host/model/text/chunks.hpp"

#include "tests/model/text/words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ksampler {
namespace {

std::string cats(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "cat ";
  return text;
}

std::size_t count(const Chunk& chunk, TokenId id) {
  return static_cast<std::size_t>(std::count_if(
      chunk.begin(), chunk.end(), [&](const WeightedToken& token) { return token.id == id; }));
}

TEST(Chunks, APromptStandsBetweenStartAndEndAndPadding) {
  const auto chunks = chunks_of("a (cat:1.5)", {.length = 6, .pad = 0});
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0], (Chunk{{kStartOfText}, {320}, {test::kCat, 1.5}, {kEndOfText}, {0}, {0}}));
}

TEST(Chunks, ClipPadsWithTheEndToken) {
  const auto chunks = chunks_of("cat");
  ASSERT_EQ(chunks[0].size(), 77U);
  EXPECT_EQ(count(chunks[0], kEndOfText), 75U);
}

TEST(Chunks, AnEmptyPromptHasOne) {
  const ChunkShape shape{.length = 5, .pad = 0};
  EXPECT_EQ(chunks_of("", shape), std::vector<Chunk>{empty_chunk(shape)});
  EXPECT_EQ(empty_chunk(shape), (Chunk{{kStartOfText}, {kEndOfText}, {0}, {0}, {0}}));
}

TEST(Chunks, SeventyFiveTokensFillOneAndSeventySixBeginAnother) {
  EXPECT_EQ(chunks_of(cats(75)).size(), 1U);
  const auto chunks = chunks_of(cats(76));
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(count(chunks[0], test::kCat), 75U);
  EXPECT_EQ(count(chunks[1], test::kCat), 1U);
  EXPECT_EQ(chunks[1].size(), 77U);
}

TEST(Chunks, AShortPartIsNotBroken) {
  // 73 tokens and 7 that share a weight: two would fit.
  const auto chunks = chunks_of(cats(73) + "(" + cats(7) + ":1.2)");
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(count(chunks[0], test::kCat), 73U);
  EXPECT_EQ(chunks[0][74], (WeightedToken{kEndOfText, 1.0}));
  EXPECT_EQ(chunks[0].size(), 77U);
  EXPECT_EQ(chunks[1][1], (WeightedToken{test::kCat, 1.2}));
  EXPECT_EQ(count(chunks[1], test::kCat), 7U);
}

TEST(Chunks, APartOfEightTokensIsBrokenWhereTheChunkEnds) {
  const auto chunks = chunks_of(cats(73) + "(" + cats(8) + ":1.2)");
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(count(chunks[0], test::kCat), 75U);
  EXPECT_EQ(chunks[0][75], (WeightedToken{test::kCat, 1.2}));
  EXPECT_EQ(chunks[0][76], (WeightedToken{kEndOfText, 1.0}));
  EXPECT_EQ(count(chunks[1], test::kCat), 6U);
}

TEST(Chunks, ALongPromptHasAsManyAsItTakes) { EXPECT_EQ(chunks_of(cats(1000)).size(), 14U); }

TEST(Chunks, OfAnEncoderWithFewPositionsBreakShortPartsToo) {
  const auto chunks = chunks_of(cats(5), {.length = 4});
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(count(chunks[2], test::kCat), 1U);
}

}  // namespace
}  // namespace ksampler
