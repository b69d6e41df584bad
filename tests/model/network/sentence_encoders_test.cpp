// T5, UMT5, Qwen and Gemma 2, small, against what transformers computes with the same weights.
#include "host/model/file/text_recipe.hpp"
#include "host/model/network/language_text.hpp"
#include "host/model/network/t5_text.hpp"
#include "tests/model/network_case.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::kFloat32;

at::Tensor tokens_of(const std::string& name) {
  return test::case_tensor(name, "tokens").to(at::kLong);
}

class T5OfAKind : public ::testing::TestWithParam<const char*> {};

TEST_P(T5OfAKind, ComputesWhatTransformersComputes) {
  const c10::InferenceMode inference;
  const std::string name = GetParam();
  const Weights weights = test::network_weights(name);
  ASSERT_EQ(sentence_in(TensorNames(weights.file())), SentenceKind::t5);
  const T5Text network(weights);
  EXPECT_LT(test::relative_difference(network(tokens_of(name)), test::case_tensor(name, "hidden")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Small, T5OfAKind, ::testing::Values("t5", "umt5"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Qwen3, ComputesWhatTransformersComputesBeforeItsLastLayer) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("qwen3");
  ASSERT_EQ(sentence_in(TensorNames(weights.file())), SentenceKind::qwen3);
  const LanguageText network(weights, {}, LanguageText::layers_in(weights) - 1);
  EXPECT_LT(
      test::relative_difference(network(tokens_of("qwen3")), test::case_tensor("qwen3", "hidden")),
      kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

// The last 7 tokens fill the text up. What they give themselves counts, too.
TEST(Qwen3, GivesSeveralLayersBesideEachOtherAndDoesNotLookAtWhatFillsUp) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("klein_text");
  const LanguageText network(weights, {.taken = {1, 2, 3}}, 3);
  EXPECT_EQ(network.width(), 3 * 48);
  EXPECT_LT(test::relative_difference(network(tokens_of("klein_text"), 17),
                                      test::case_tensor("klein_text", "hidden")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Mistral, GivesSeveralLayersBesideEachOtherAsTransformersDoes) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("mistral_text");
  const LanguageText network(weights, {.theta = 1e9, .eps = 1e-5, .head_width = 16, .taken = {1, 2, 3}},
                             3);
  EXPECT_LT(test::relative_difference(network(tokens_of("mistral_text")),
                                      test::case_tensor("mistral_text", "hidden")),
            kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Mistral, IsKnownByItsVocabularyAndLlamaIsNot) {
  EXPECT_EQ(sentence_in(TensorNames(test::network_weights("whole_mistral").file())),
            SentenceKind::mistral);
  EXPECT_EQ(sentence_in(TensorNames(test::network_weights("mistral_text").file())), std::nullopt);
}

TEST(Qwen25, ComputesWhatTransformersComputesBehindItsFinalNorm) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("qwen25");
  ASSERT_EQ(sentence_in(TensorNames(weights.file())), SentenceKind::qwen25);
  const LanguageText network(weights, {.final_norm = true}, LanguageText::layers_in(weights));
  EXPECT_LT(
      test::relative_difference(network(tokens_of("qwen25")), test::case_tensor("qwen25", "hidden")),
      kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Gemma2, ComputesWhatTransformersComputesBeforeItsLastLayer) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("gemma2");
  ASSERT_EQ(sentence_in(TensorNames(weights.file())), SentenceKind::gemma2);
  const LanguageText network(weights, {.theta = 10'000.0, .head_width = 32, .gemma = true},
                             LanguageText::layers_in(weights) - 1);
  EXPECT_LT(
      test::relative_difference(network(tokens_of("gemma2")), test::case_tensor("gemma2", "hidden")),
      kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

class Qwen25WithPictures : public ::testing::Test {
 protected:
  static at::Tensor seen(const std::string& tensor) { return test::case_tensor("qwen_vl", tensor); }

  const c10::InferenceMode inference_;
  const Weights weights_ = test::network_weights("qwen_vl");
  const LanguageText network_{weights_,
                              {.head_width = 32, .final_norm = true, .pictures = true},
                              LanguageText::layers_in(weights_)};
};

// Windows that are cut at both sides; and a picture with fewer pixels than it takes.
TEST_F(Qwen25WithPictures, SeesWhatTransformersSees) {
  ASSERT_NE(network_.vision(), nullptr);
  const SeenPicture cut = (*network_.vision())(seen("picture.0"));
  EXPECT_EQ(cut.rows, 5);
  EXPECT_EQ(cut.columns, 6);
  EXPECT_LT(test::relative_difference(cut.tokens, seen("seen.0")), kFloat32);
  const SeenPicture small = (*network_.vision())(seen("picture.1"));
  EXPECT_EQ(small.rows, 2);
  EXPECT_EQ(small.columns, 4);
  EXPECT_LT(test::relative_difference(small.tokens, seen("seen.1")), kFloat32);
  EXPECT_EQ(weights_.surplus(), std::vector<std::string>());
}

TEST_F(Qwen25WithPictures, ReadsThemAmongTheWordsAsTransformersDoes) {
  const std::vector<SeenPicture> pictures = {(*network_.vision())(seen("picture.0")),
                                             (*network_.vision())(seen("picture.1"))};
  const SeenText text = network_.with_pictures(tokens_of("qwen_vl"), pictures, {2, 5});
  EXPECT_LT(test::relative_difference(network_(text), seen("hidden")), kFloat32);
}

TEST_F(Qwen25WithPictures, ReadsWordsAloneAsWithoutThem) {
  const at::Tensor tokens = tokens_of("qwen_vl");
  EXPECT_LT(test::relative_difference(network_(network_.with_pictures(tokens, {}, {})),
                                      network_(tokens.unsqueeze(0))),
            kFloat32);
}

TEST(Qwen25, WithoutItsPartForPicturesHasNone) {
  const LanguageText network(test::network_weights("qwen25"), {.final_norm = true, .pictures = true},
                             2);
  EXPECT_EQ(network.vision(), nullptr);
}

class Qwen3VlWithPictures : public ::testing::Test {
 protected:
  static at::Tensor seen(const std::string& tensor) { return test::case_tensor("qwen3_vl", tensor); }

  const c10::InferenceMode inference_;
  const Weights weights_ = test::network_weights("qwen3_vl");
  const LanguageText network_{weights_,
                              {.theta = 5'000'000.0, .pictures = true, .interleaved = true},
                              LanguageText::layers_in(weights_)};
};

// Pictures that are not square, one with fewer pixels than it takes; what goes past the last block,
// too.
TEST_F(Qwen3VlWithPictures, SeesWhatTransformersSees) {
  ASSERT_NE(network_.vision(), nullptr);
  for (const std::string number : {"0", "1"}) {
    const SeenPicture picture = (*network_.vision())(seen("picture." + number));
    EXPECT_EQ(picture.rows * picture.columns, picture.tokens.size(0));
    EXPECT_LT(test::relative_difference(picture.tokens, seen("seen." + number)), kFloat32);
    EXPECT_LT(test::relative_difference(at::stack(picture.deep), seen("deep." + number)), kFloat32);
  }
  EXPECT_EQ(weights_.surplus(), std::vector<std::string>());
}

TEST_F(Qwen3VlWithPictures, ReadsThemAmongTheWordsAsTransformersDoes) {
  const std::vector<SeenPicture> pictures = {(*network_.vision())(seen("picture.0")),
                                             (*network_.vision())(seen("picture.1"))};
  const SeenText text = network_.with_pictures(tokens_of("qwen3_vl"), pictures, {2, 5});
  EXPECT_LT(test::relative_difference(network_(text), seen("hidden")), kFloat32);
}

// Behind its last layer, without the norm that stands there.
TEST_F(Qwen3VlWithPictures, ReadsWordsAloneAsTransformersDoes) {
  const at::Tensor tokens = tokens_of("qwen3_vl").remainder(90);
  EXPECT_LT(test::relative_difference(network_(tokens.unsqueeze(0)), seen("alone")), kFloat32);
  EXPECT_LT(test::relative_difference(network_(network_.with_pictures(tokens, {}, {})), seen("alone")),
            kFloat32);
}

// A token does not see those behind it.
TEST(Qwen3, GivesTheBeginningOfATextWhatItGivesItAlone) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("qwen3");
  const LanguageText network(weights, {}, 2);
  const at::Tensor tokens = tokens_of("qwen3");
  EXPECT_LT(test::relative_difference(network(tokens.narrow(1, 0, 9)), network(tokens).narrow(1, 0, 9)),
            kFloat32);
}

TEST(Qwen3, SaysHowManyLayersItHasWhereMoreAreNeeded) {
  const Weights weights = test::network_weights("qwen3");
  EXPECT_ANY_THROW(LanguageText(weights, {}, 4));
  EXPECT_ANY_THROW(LanguageText(weights, {}, 0));
}

}  // namespace
}  // namespace ksampler
