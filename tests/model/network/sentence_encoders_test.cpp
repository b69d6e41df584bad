// T5, UMT5 and Qwen3, small, against what transformers computes with the same weights.
#include "host/model/network/language_text.hpp"
#include "host/model/network/t5_text.hpp"
#include "tests/model/network_case.hpp"

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
  ASSERT_TRUE(T5Text::is_in(weights));
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
  ASSERT_TRUE(LanguageText::is_qwen3(weights));
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

TEST(Qwen25, ComputesWhatTransformersComputesBehindItsFinalNorm) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("qwen25");
  ASSERT_TRUE(LanguageText::is_qwen25(weights));
  const LanguageText network(weights, {.final_norm = true}, LanguageText::layers_in(weights));
  EXPECT_LT(
      test::relative_difference(network(tokens_of("qwen25")), test::case_tensor("qwen25", "hidden")),
      kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
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
