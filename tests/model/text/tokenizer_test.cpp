#include "host/model/text/tokenizer.hpp"

#include "host/files/tensor_file.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/file_numbers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::numbers;
using Tokens = std::vector<TokenId>;

TEST(Tokenizer, EqualsTransformersOnTenThousandTextsOfAllScripts) {
  const auto file = TensorFile::open(TEST_DATA "/text/tokens.safetensors");
  const auto text = numbers<char>(*file, "text");
  const auto text_ends = numbers<std::int32_t>(*file, "text_ends");
  const auto tokens = numbers<std::uint16_t>(*file, "tokens");
  const auto token_ends = numbers<std::int32_t>(*file, "token_ends");
  ASSERT_EQ(text_ends.size(), 10'000U);
  ASSERT_EQ(token_ends.size(), text_ends.size());
  int text_begin = 0;
  int token_begin = 0;
  int different = 0;
  for (std::size_t i = 0; i < text_ends.size(); ++i) {
    const std::string one(text.begin() + text_begin, text.begin() + text_ends[i]);
    const Tokens expected(tokens.begin() + token_begin, tokens.begin() + token_ends[i]);
    text_begin = text_ends[i];
    token_begin = token_ends[i];
    const Tokens found = tokenize(one);
    if (found == expected) continue;
    ++different;
    if (different <= 5) {
      EXPECT_EQ(found, expected) << "text " << i << ": " << one;
    }
  }
  EXPECT_EQ(different, 0);
}

// Ids as they are published with the model.
TEST(Tokenizer, KnowsAPhotoOfACat) {
  EXPECT_EQ(tokenize("a photo of a cat"), (Tokens{320, 1125, 539, 320, 2368}));
  EXPECT_EQ(tokenize("A  PHOTO\nof a cat "), (Tokens{320, 1125, 539, 320, 2368}));
  EXPECT_EQ(tokenize("it's 123"), (Tokens{585, 568, 272, 273, 274}));
}

TEST(Tokenizer, ComposesCharactersBeforeItReadsThem) {
  EXPECT_EQ(tokenize("e\xCC\x81"), tokenize("\xC3\xA9"));  // e + combining acute = U+00E9
}

TEST(Tokenizer, TakesTheNamesOfSpecialTokensForThoseTokens) {
  EXPECT_EQ(tokenize("<|endoftext|>x<|startoftext|>"), (Tokens{kEndOfText, 343, kStartOfText}));
}

TEST(Tokenizer, AnEmptyTextHasNoTokens) {
  EXPECT_EQ(tokenize(""), Tokens{});
  EXPECT_EQ(tokenize(" \t\n\xE3\x80\x80"), Tokens{});
}

TEST(Tokenizer, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(test::error_text([] { tokenize("caf\xE9"); }), "the text 'caf\\xe9' is not UTF-8");
  EXPECT_EQ(test::error_text([] { tokenize("\xED\xA0\x80"); }),
            "the text '\\xed\\xa0\\x80' is not UTF-8");
}

}  // namespace
}  // namespace ksampler
