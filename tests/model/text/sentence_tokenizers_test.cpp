#include "host/files/tensor_file.hpp"
#include "host/model/text/byte_pair_files.hpp"
#include "host/model/text/qwen_tokenizer.hpp"
#include "host/model/text/sentence_pieces.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/file_numbers.hpp"
#include "tests/support/temporary_folder.hpp"

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
    if (hash_of(qwen_tokenizer()->tokens(all[i])) == expected[i]) continue;
    if (++different <= 5) ADD_FAILURE() << "text " << i << ": " << all[i];
  }
  EXPECT_EQ(different, 0);
}

std::string text_file(const std::string& name) { return test::read_text(TEST_DATA "/text/" + name); }

// How many of the ten thousand texts have other tokens than those of that hash.
int different_from(const ByteTokenizer& tokenizer, const std::string& hashes) {
  const auto file = TensorFile::open(TEST_DATA "/text/mistral_tokens.safetensors");
  const auto expected = numbers<std::uint32_t>(*file, hashes);
  const std::vector<std::string> all = texts();
  if (expected.size() != all.size()) return -1;
  int different = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (hash_of(tokenizer.tokens(all[i])) == expected[i]) continue;
    if (++different <= 5) ADD_FAILURE() << "text " << i << ": " << all[i];
  }
  return different;
}

TEST(Tekken, EqualsTransformersOnTenThousandTextsOfAllScripts) {
  const auto tokenizer = read_tekken(text_file("tekken.json"));
  EXPECT_EQ(tokenizer->size(), 1270);  // 20 named ones, and 1,250 of 1,256
  EXPECT_EQ(different_from(*tokenizer, "numbers"), 0);
}

TEST(TokenizerJson, OfMistralEqualsTransformersWithItsOwnPatternOfWords) {
  EXPECT_EQ(different_from(*read_tokenizer_json(text_file("tokenizer.json")), "tekken"), 0);
}

TEST(Tekken, KnowsAPromptByItsNames) {
  const auto tokenizer = read_tekken(text_file("tekken.json"));
  EXPECT_EQ(tokenizer->tokens("<s>[INST]A[/INST]"), (Tokens{1, 3, 20 + 'A', 4}));
  EXPECT_EQ(tokenizer->named("[SYSTEM_PROMPT]"), 6);
  EXPECT_EQ(tokenizer->named("<SPECIAL_19>"), std::nullopt);
  EXPECT_EQ(tokenizer->tokens(""), Tokens());
}

// What a file says, with one part of it replaced by another.
std::string refusal_of(const std::string& file, const std::string& part, const std::string& other) {
  std::string text = text_file(file);
  const std::size_t at = text.find(part);
  if (at == std::string::npos) return "no such part";
  text.replace(at, part.size(), other);
  return test::error_text([&] {
    if (file == "tekken.json") read_tekken(text);
    if (file == "tokenizer.json") read_tokenizer_json(text);
  });
}

TEST(Tekken, SaysWhatIsWrongWithIt) {
  const auto refusal = [](const std::string& part, const std::string& other) {
    return refusal_of("tekken.json", part, other);
  };
  EXPECT_TRUE(test::error_text([] { read_tekken("{\"vocab\": ["); }).starts_with("is no JSON: "));
  EXPECT_EQ(test::error_text([] { read_tekken("[]"); }), "has no list 'special_tokens'");
  EXPECT_EQ(refusal("\"vocab\"", "\"words\""), "has no list 'vocab'");
  EXPECT_EQ(refusal("{\"rank\":300,", "{\"rank\":301,"),
            "has no token of rank 300, and 1249 as its highest rank");
  EXPECT_EQ(refusal("{\"rank\":300,", "{"), "has an entry of 'vocab' without a 'rank' of 0 or more");
  EXPECT_EQ(refusal("\"AQ==\"", "\"A*==\""), "has no bytes in base64 as 'token_bytes' of rank 1");
  EXPECT_EQ(refusal("\"AQ==\"", "\"AAA=\""), "has no token for the byte 1");
  EXPECT_EQ(refusal("\"default_num_special_tokens\":20", "\"default_num_special_tokens\":5"),
            "has a rank of 5 in 'special_tokens', which are 5");
  EXPECT_EQ(refusal("\"default_vocab_size\":1270", "\"default_vocab_size\":7"),
            "says that it has 7 tokens, 20 of them special");
}

TEST(TokenizerJson, SaysWhatIsWrongWithIt) {
  const auto refusal = [](const std::string& part, const std::string& other) {
    return refusal_of("tokenizer.json", part, other);
  };
  EXPECT_EQ(test::error_text([] { read_tokenizer_json("[]"); }),
            "is a tokenizer of type ''; read is BPE on bytes, as Qwen and Mistral have it");
  EXPECT_EQ(refusal("\"type\":\"BPE\"", "\"type\":\"Unigram\""),
            "is a tokenizer of type 'Unigram'; read is BPE on bytes, as Qwen and Mistral have it");
  EXPECT_EQ(refusal("\"type\":\"Split\"", "\"type\":\"Metaspace\""),
            "has a pre_tokenizer other than 'Split' and 'ByteLevel', as Qwen and Mistral have");
  EXPECT_TRUE(refusal("\"Regex\":\"", "\"Regex\":\"x|").starts_with("cuts words by the pattern 'x|"));
  EXPECT_EQ(refusal("\"normalizer\":null", "\"normalizer\":{\"type\":\"Lowercase\"}"),
            "has a normalizer 'Lowercase'; read is NFC, or none");
  EXPECT_EQ(refusal("\"A\":", "\"Aa\":"), "has no token for the byte 65");
  EXPECT_EQ(refusal("\"merges\":[[", "\"merges\":[[\"x\",\"yzzy\"],["),
            "has a merge, number 0, of tokens that its 'vocab' does not have");
  EXPECT_EQ(refusal("\"vocab\":{", "\"vocab\":{\"zzz\":-1,"),
            "gives the token 'zzz' no id of 0 or more");
}

TEST(TokenizerJson, TakesMergesAsTextsToo) {
  std::string text = text_file("tokenizer.json");
  const std::string pair = "[\"\xC3\xB0\",\"\xC5\x81\"]";
  ASSERT_NE(text.find(pair), std::string::npos);
  text.replace(text.find(pair), pair.size(), "\"\xC3\xB0 \xC5\x81\"");
  EXPECT_EQ(different_from(*read_tokenizer_json(text), "tekken"), 0);
}

// Ids as they are published with the models.
TEST(SentencePieces, KnowAPhotoOfACat) {
  EXPECT_EQ(SentencePieces::t5().tokenize("a photo of a cat"), (Tokens{3, 9, 1202, 13, 3, 9, 1712}));
  EXPECT_EQ(SentencePieces::t5().tokenize(""), Tokens());
}

TEST(QwenTokenizer, KnowsAChat) {
  EXPECT_EQ(qwen_tokenizer()->tokens("<|im_start|>user\na cat<|im_end|>\n"),
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
  EXPECT_EQ(test::error_text([] { qwen_tokenizer()->tokens("caf\xE9"); }),
            "the text 'caf\\xe9' is not UTF-8");
}

TEST(SentencePieces, RefuseWhatIsNoModel) {
  EXPECT_NE(test::error_text([] { SentencePieces("no model"); }), "");
}

}  // namespace
}  // namespace ksampler
