#include "host/model/text/embedding_words.hpp"

#include "host/model/text/chunks.hpp"
#include "tests/model/text/words.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ksampler {
namespace {

// Names and how many vectors each has, in the order of the table.
class Made : public PromptVectors {
 public:
  bool has(const std::string& name) override { return ranges_.contains(name); }
  std::optional<VectorRange> find(const std::string& name) override {
    asked.push_back(name);
    return has(name) ? std::optional(ranges_.at(name)) : std::nullopt;
  }
  std::vector<std::string> asked;

 private:
  std::map<std::string, VectorRange> ranges_ = {
      {"one", {0, 1}}, {"three", {1, 3}}, {"ten", {4, 10}}, {"many", {14, 80}}, {"a,", {94, 1}}};
};

// "<3> text": a piece with three vectors, and its text.
std::vector<std::string> pieces(const std::string& text, Made& made) {
  std::vector<std::string> all;
  for (const PromptPiece& piece : pieces_of(text, made)) {
    all.push_back((piece.vectors ? "<" + std::to_string(piece.vectors->count) + ">" : "") + piece.text);
  }
  return all;
}

std::vector<std::string> pieces(const std::string& text) {
  Made made;
  return pieces(text, made);
}

using Texts = std::vector<std::string>;

TEST(EmbeddingWords, BeginATextOrFollowASpace) {
  EXPECT_EQ(pieces("embedding:one"), Texts{"<1>"});
  EXPECT_EQ(pieces("a embedding:one b"), (Texts{"a ", "<1> b"}));
  EXPECT_EQ(pieces("a\nembedding:one embedding:three"), (Texts{"a\n", "<1> ", "<3>"}));
  EXPECT_EQ(pieces("an 3dembedding:one"), Texts{"an 3dembedding:one"});
  EXPECT_EQ(pieces("no words at all"), Texts{"no words at all"});
}

TEST(EmbeddingWords, EndBeforeAComma) {
  EXPECT_EQ(pieces("embedding:one, a cat"), Texts{"<1>, a cat"});
  EXPECT_EQ(pieces("embedding:one,, a cat"), Texts{"<1>,, a cat"});
  EXPECT_EQ(pieces("embedding:a, cat"), Texts{"<1> cat"});  // unless a file has it in its name
}

TEST(EmbeddingWords, MayHaveSpacesBeforeTheName) {
  EXPECT_EQ(pieces("embedding: one b"), Texts{"<1> b"});
  EXPECT_EQ(pieces("embedding: "), Texts{"embedding:"});  // no name: a text
}

TEST(EmbeddingWords, AreLeftOutWhereThereIsNothingForThem) {
  Made made;
  EXPECT_EQ(pieces("a embedding:nine, b", made), (Texts{"a ", ", b"}));
  EXPECT_EQ(made.asked, Texts{"nine"});
}

TEST(Chunks, HoldVectorsInPlaceOfTokens) {
  Made made;
  const auto chunks = chunks_of("cat (embedding:three:1.5) cat", {.length = 8, .pad = 0}, &made);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0], (Chunk{{kStartOfText},
                              {test::kCat},
                              {0, 1.5, 1},
                              {0, 1.5, 2},
                              {0, 1.5, 3},
                              {test::kCat},
                              {kEndOfText},
                              {0}}));
}

TEST(Chunks, KeepAnEmbeddingOfFewerThanEightVectorsInOne) {
  Made made;
  const auto chunks = chunks_of("cat cat cat cat embedding:three", {.length = 8, .pad = 0}, &made);
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0][5], WeightedToken{kEndOfText});
  EXPECT_EQ(chunks[1][1].vector, 1);
  EXPECT_EQ(chunks[1][3].vector, 3);
}

TEST(Chunks, BreakAnEmbeddingOfEightVectorsOrMore) {
  Made made;
  const std::string cats = "cat cat cat cat cat cat cat cat cat cat ";  // 10
  const auto ten = chunks_of(cats + "embedding:ten", {.length = 17, .pad = 0}, &made);
  ASSERT_EQ(ten.size(), 2U);
  EXPECT_EQ(ten[0][15].vector, 8);
  EXPECT_EQ(ten[1][1].vector, 9);
  const auto many = chunks_of("embedding:many", {}, &made);
  ASSERT_EQ(many.size(), 2U);
  EXPECT_EQ(many[0][75].vector, 88);
  EXPECT_EQ(many[1][5].vector, 93);
}

TEST(Chunks, TakeTheWordForTextWhereThereAreNoFiles) {
  EXPECT_GT(chunks_of("embedding:one")[0][1].id, 0);
  EXPECT_EQ(chunks_of("embedding:one")[0][1].vector, kNoVector);
}

}  // namespace
}  // namespace ksampler
