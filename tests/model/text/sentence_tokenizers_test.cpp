#include "host/files/tensor_file.hpp"
#include "host/model/text/qwen_tokenizer.hpp"
#include "host/model/text/sentence_pieces.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/file_numbers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::numbers;
using Tokens = std::vector<TokenId>;

std::vector<std::string> texts() {
  const auto file = TensorFile::open(TEST_DATA "/text/tokens.safetensors");
  const auto text = numbers<char>(*file, "text");
  std::vector<std::string> made;
  int begin = 0;
  for (const int end : numbers<std::int32_t>(*file, "text_ends")) {
    made.emplace_back(text.begin() + begin, text.begin() + end);
    begin = end;
  }
  return made;
}

// FNV-1a over the tokens' four bytes each, as make_sentence_tokens.py.
std::uint32_t hash_of(const Tokens& tokens) {
  std::uint32_t value = 2166136261U;
  for (const TokenId token : tokens) {
    for (int shift = 0; shift < 32; shift += 8) {
      value = (value ^ (static_cast<std::uint32_t>(token) >> shift & 0xFFU)) * 16777619U;
    }
  }
  return value;
}

TEST(SentencePieces, EqualTransformersOnTenThousandTextsOfAllScripts) {
  const auto file = TensorFile::open(TEST_DATA "/text/sentence_tokens.safetensors");
  const auto expected = numbers<std::uint32_t>(*file, "t5");
  const auto same = numbers<std::uint8_t>(*file, "t5_same");
  const std::vector<std::string> all = texts();
  ASSERT_EQ(all.size(), 10'000U);
  ASSERT_EQ(expected.size(), all.size());
  int left_out = 0;
  int different = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    left_out += same[i] == 0;
    if (same[i] == 0 || hash_of(SentencePieces::t5().tokenize(all[i])) == expected[i]) continue;
    if (++different <= 5) ADD_FAILURE() << "text " << i << ": " << all[i];
  }
  EXPECT_EQ(different, 0);
  EXPECT_EQ(left_out, 14);  // the library itself differs: see sentence_pieces.hpp
}

TEST(QwenTokenizer, EqualsTransformersOnTenThousandTextsOfAllScripts) {
  const auto file = TensorFile::open(TEST_DATA "/text/sentence_tokens.safetensors");
  const auto expected = numbers<std::uint32_t>(*file, "qwen");
  const std::vector<std::string> all = texts();
  ASSERT_EQ(expected.size(), all.size());
  int different = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (hash_of(qwen_tokens(all[i])) == expected[i]) continue;
    if (++different <= 5) ADD_FAILURE() << "text " << i << ": " << all[i];
  }
  EXPECT_EQ(different, 0);
}

// Ids as they are published with the models.
TEST(SentencePieces, KnowAPhotoOfACat) {
  EXPECT_EQ(SentencePieces::t5().tokenize("a photo of a cat"), (Tokens{3, 9, 1202, 13, 3, 9, 1712}));
  EXPECT_EQ(SentencePieces::t5().tokenize(""), Tokens());
}

TEST(QwenTokenizer, KnowsAChat) {
  EXPECT_EQ(qwen_tokens("<|im_start|>user\na cat<|im_end|>\n"),
            (Tokens{151644, 872, 198, 64, 8251, 151645, 198}));
}

TEST(SentencePieces, TakeNamedTokensForWhatTheyName) {
  EXPECT_EQ(SentencePieces::t5().tokenize("<extra_id_0></s>"), (Tokens{32099, 1}));
  EXPECT_EQ(SentencePieces::t5().tokenize("<extra_id_99>"), Tokens{32000});
  EXPECT_NE(SentencePieces::t5().tokenize("<extra_id_100>"), Tokens{31999});
}

TEST(SentenceTokenizers, SayThatATextIsNotUtf8) {
  EXPECT_EQ(test::error_text([] { SentencePieces::t5().tokenize("caf\xE9"); }),
            "the text 'caf\\xe9' is not UTF-8");
  EXPECT_EQ(test::error_text([] { qwen_tokens("caf\xE9"); }), "the text 'caf\\xe9' is not UTF-8");
}

TEST(SentencePieces, RefuseWhatIsNoModel) {
  EXPECT_NE(test::error_text([] { SentencePieces("no model"); }), "");
}

}  // namespace
}  // namespace ksampler
