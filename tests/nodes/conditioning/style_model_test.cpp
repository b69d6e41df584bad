// StyleModelApply, on the small Redux and on what a vision model might have seen.
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ksampler {
namespace {

constexpr std::int64_t kWords = 3;

class StyleModelApplied : public ::testing::Test {
 protected:
  static ConditioningValue words(std::int64_t width = 48) {
    Conditioning made;
    made.embedding = at::ones({1, kWords, width});
    return {made};
  }
  // Two pictures of five tokens, as the case of Redux has them.
  static NodeCase node(const ConditioningValue& to, double strength, const char* type) {
    ClipVisionOutputValue seen;
    seen.last_hidden = test::case_tensor("redux", "seen");
    const StyleModelValue style(
        {}, 0, [] { return std::make_shared<StyleModel>(test::network_weights("redux")); });
    return {"StyleModelApply",
            {{"strength", strength}, {"strength_type", std::string(type)}},
            {{"conditioning", to}, {"style_model", style}, {"clip_vision_output", seen}},
            {}};
  }
  static Conditioning applied(const ConditioningValue& to, double strength, const char* type) {
    return result_of<ConditioningValue>(node(to, strength, type)).at(0);
  }

  const c10::InferenceMode inference_;
  const at::Tensor tokens_ = test::case_tensor("redux", "tokens").flatten(0, 1).unsqueeze(0);
};

TEST_F(StyleModelApplied, PutsTheTokensOfAllPicturesBehindTheWords) {
  const Conditioning made = applied(words(), 0.5, "multiply");
  ASSERT_EQ(made.embedding.sizes(), at::IntArrayRef({1, kWords + 10, 48}));
  EXPECT_TRUE(made.embedding.narrow(1, 0, kWords).equal(at::ones({1, kWords, 48})));
  EXPECT_LT(test::relative_difference(made.embedding.narrow(1, kWords, 10), tokens_ * 0.5),
            test::kFloat32);
  EXPECT_TRUE(made.biases.empty());
}

// Of those that are behind each other, each has its own.
TEST_F(StyleModelApplied, SaysHowMuchTheTokensAreLookedAtWhereItIsABias) {
  const Conditioning once = applied(words(), 0.25, "attn_bias");
  EXPECT_LT(test::relative_difference(once.embedding.narrow(1, kWords, 10), tokens_), test::kFloat32);
  EXPECT_EQ(once.biases,
            (std::vector<TokenBias>{{.first = kWords, .count = 10, .bias = std::log(0.25)}}));
  const Conditioning twice = applied({once}, 2.0, "attn_bias");
  ASSERT_EQ(twice.biases.size(), 2U);
  EXPECT_EQ(twice.biases[1], (TokenBias{.first = kWords + 10, .count = 10, .bias = std::log(2.0)}));
  EXPECT_TRUE(applied(words(), 1.0, "attn_bias").biases.empty());
}

TEST_F(StyleModelApplied, SaysWhereThePromptIsAnotherModels) {
  EXPECT_EQ(test::error_text([&] { node(words(24), 1.0, "multiply").run(); }),
            "the text's embedding is 24 wide, and the style model's tokens are 48: expected the text "
            "encoders of Flux.1");
  EXPECT_EQ(test::error_text([&] { node({Conditioning()}, 1.0, "multiply").run(); }),
            "the conditioning has no text; expected one from a CLIPTextEncode node");
}

}  // namespace
}  // namespace ksampler
