// The nodes between a text encoder and a sampler.
#include "tests/model/made_encoder.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;

class TextNodes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const test::TemporaryFolder folder;
    sd1_.emplace(
        test::written(folder / "sd1.safetensors",
                      test::transformers_tensors("cond_stage_model.transformer.", {.width = 8})));
    sdxl_.emplace(test::written(folder / "sdxl.safetensors", test::sdxl_tensors()));
  }
  static void TearDownTestSuite() {
    sd1_.reset();
    sdxl_.reset();
  }

  static inline ClipValue sd1_;
  static inline ClipValue sdxl_;
  NetworkCache cache_;
};

Conditioning only(const std::vector<Value>& outputs) {
  const auto list = std::any_cast<ConditioningValue>(outputs.at(0));
  EXPECT_EQ(list.size(), 1U);
  return list.at(0);
}

NodeCase encode(const ClipValue& clip, const std::string& text) {
  return {"CLIPTextEncode", {{"text", text}}, {{"clip", clip}}, {}};
}

NodeCase encode_sdxl(const ClipValue& clip, const std::string& text_g, const std::string& text_l) {
  return {"CLIPTextEncodeSDXL",
          {{"text_g", text_g},
           {"text_l", text_l},
           {"width", std::int64_t{640}},
           {"crop_h", std::int64_t{8}}},
          {{"clip", clip}},
          {}};
}

NodeCase last_layer(const ClipValue& clip, std::int64_t layer) {
  return {"CLIPSetLastLayer", {{"stop_at_clip_layer", layer}}, {{"clip", clip}}, {}};
}

Conditioning text_of(double value, std::int64_t tokens, std::int64_t width = 4) {
  Conditioning made;
  made.embedding = at::full({1, tokens, width}, value, at::kFloat);
  made.pooled = at::full({1, 3}, 10 * value, at::kFloat);
  return made;
}

NodeCase concat(const ConditioningValue& to, const ConditioningValue& from) {
  return {"ConditioningConcat", {}, {{"conditioning_to", to}, {"conditioning_from", from}}, {}};
}

NodeCase average(const ConditioningValue& to, const ConditioningValue& from, double strength) {
  return {"ConditioningAverage",
          {{"conditioning_to_strength", strength}},
          {{"conditioning_to", to}, {"conditioning_from", from}},
          {}};
}

TEST_F(TextNodes, CLIPTextEncodeGivesThePromptsEmbeddingAndPooledOutput) {
  const Conditioning made = only(encode(sd1_, "a (red:1.2) circle").run());
  const EncodedText expected = sd1_->hold(cache_)->encode("a (red:1.2) circle");
  EXPECT_TRUE(at::equal(made.embedding, expected.embedding));
  EXPECT_TRUE(at::equal(made.pooled, expected.pooled));
  EXPECT_EQ(made.size, std::nullopt);
}

TEST_F(TextNodes, CLIPTextEncodeSDXLGivesEachEncoderItsPromptAndTheSizes) {
  const Conditioning made = only(encode_sdxl(sdxl_, "a circle", "red").run());
  EXPECT_TRUE(
      at::equal(made.embedding, sdxl_->hold(cache_)->encode({.l = "red", .g = "a circle"}).embedding));
  EXPECT_TRUE(at::equal(made.pooled, sdxl_->hold(cache_)->encode("a circle").pooled));
  EXPECT_EQ(made.size, (SizeConditioning{.width = 640,
                                         .height = 1024,
                                         .crop_w = 0,
                                         .crop_h = 8,
                                         .target_width = 1024,
                                         .target_height = 1024}));
}

TEST_F(TextNodes, CLIPTextEncodeSDXLRefinerTellsASizeAndAScore) {
  NodeCase node{"CLIPTextEncodeSDXLRefiner",
                {{"text", std::string("a circle")}, {"ascore", 2.5}, {"width", std::int64_t{640}}},
                {{"clip", sdxl_}},
                {}};
  const Conditioning made = only(node.run());
  EXPECT_TRUE(at::equal(made.embedding, sdxl_->hold(cache_)->encode("a circle").embedding));
  EXPECT_EQ(made.size, (SizeConditioning{.width = 640,
                                         .height = 1024,
                                         .target_width = 640,
                                         .target_height = 1024,
                                         .aesthetic_score = 2.5}));
}

TEST_F(TextNodes, CLIPSetLastLayerStopsThereAndLeavesTheOtherAsItWas) {
  const at::Tensor before = sd1_->hold(cache_)->encode("cat").embedding;
  const auto skipping = std::any_cast<ClipValue>(last_layer(sd1_, -2).run().at(0));
  EXPECT_TRUE(at::equal(only(encode(skipping, "cat").run()).embedding,
                        sd1_->with_last_layer(-2).hold(cache_)->encode("cat").embedding));
  EXPECT_TRUE(at::equal(sd1_->hold(cache_)->encode("cat").embedding, before));
}

TEST_F(TextNodes, RefuseAFileWithoutATextEncoder) {
  const std::string expected =
      "the model file that 'clip' comes from has no text encoder; load one with CLIPLoader";
  EXPECT_EQ(error_text([] { encode(ClipValue(), "cat").run(); }), expected);
  EXPECT_EQ(error_text([] { encode_sdxl(ClipValue(), "cat", "cat").run(); }), expected);
  EXPECT_EQ(error_text([] { last_layer(ClipValue(), -2).run(); }), expected);
}

TEST_F(TextNodes, CLIPTextEncodeSDXLRefusesAnEncoderOfSd1) {
  EXPECT_EQ(error_text([] { encode_sdxl(sd1_, "cat", "cat").run(); }),
            "CLIPTextEncodeSDXL needs SDXL's two text encoders, and this is CLIP-L alone; use "
            "CLIPTextEncode");
}

TEST_F(TextNodes, CLIPSetLastLayerRefusesALayerThatIsNotThere) {
  EXPECT_EQ(error_text([] { last_layer(sd1_, -24).run(); }),
            "there is no layer -24: the text encoder has 3 layers, from -1, the last, to -3");
}

TEST(ConditioningConcat, AppendsTheOthersTokensToEachEntry) {
  const Conditioning from = text_of(2, 3);
  auto node = concat({text_of(1, 2), text_of(5, 4)}, {from});
  const auto list = std::any_cast<ConditioningValue>(node.run().at(0));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_TRUE(at::equal(list[0].embedding, at::cat({text_of(1, 2).embedding, from.embedding}, 1)));
  EXPECT_TRUE(at::equal(list[1].embedding, at::cat({text_of(5, 4).embedding, from.embedding}, 1)));
  EXPECT_TRUE(at::equal(list[0].pooled, text_of(1, 2).pooled));
  EXPECT_TRUE(node.warnings.empty());
}

TEST(ConditioningConcat, UsesTheFirstOfSeveralAndSaysSo) {
  auto node = concat({text_of(1, 2)}, {text_of(2, 3), text_of(3, 3)});
  EXPECT_EQ(only(node.run()).embedding.size(1), 5);
  EXPECT_EQ(node.warnings, std::vector<std::string>{
                               "'conditioning_from' has 2 entries, of which only the first is used"});
}

TEST(ConditioningAverage, MixesTokensAndPooledOutputs) {
  const Conditioning made = only(average({text_of(1, 2)}, {text_of(2, 2)}, 0.25).run());
  EXPECT_TRUE(at::equal(made.embedding, at::full({1, 2, 4}, 0.25 * 1 + 0.75 * 2)));
  EXPECT_TRUE(at::equal(made.pooled, at::full({1, 3}, 0.25 * 10 + 0.75 * 20)));
}

TEST(ConditioningAverage, CutsALongerTextAndFillsUpAShorterWithZeros) {
  EXPECT_TRUE(at::equal(only(average({text_of(1, 2)}, {text_of(2, 5)}, 0.5).run()).embedding,
                        at::full({1, 2, 4}, 1.5)));
  EXPECT_TRUE(at::equal(only(average({text_of(1, 3)}, {text_of(2, 1)}, 0.5).run()).embedding,
                        at::cat({at::full({1, 1, 4}, 1.5), at::full({1, 2, 4}, 0.5)}, 1)));
}

TEST(ConditioningAverage, TakesThePooledOutputOfTheOneThatHasIt) {
  Conditioning without = text_of(1, 2);
  without.pooled.reset();
  EXPECT_TRUE(
      at::equal(only(average({without}, {text_of(2, 2)}, 0.5).run()).pooled, text_of(2, 2).pooled));
  EXPECT_TRUE(
      at::equal(only(average({text_of(2, 2)}, {without}, 0.5).run()).pooled, text_of(2, 2).pooled));
}

TEST(ConditioningMixtures, KeepWhereAndWhenTheFirstHolds) {
  Conditioning to = text_of(1, 2);
  to.strength = 0.7;
  to.area = Area{1, 2, 3, 4};
  to.size = SizeConditioning{.width = 640};
  for (NodeCase node : {concat({to}, {text_of(2, 2)}), average({to}, {text_of(2, 2)}, 0.5)}) {
    const Conditioning made = only(node.run());
    EXPECT_EQ(made.strength, 0.7);
    EXPECT_EQ(made.area, to.area);
    EXPECT_EQ(made.size, to.size);
  }
}

TEST(ConditioningMixtures, RefuseWhatIsNoText) {
  const Conditioning label{.label = 1};
  EXPECT_EQ(error_text([&] { concat({text_of(1, 2)}, {label}).run(); }),
            "'conditioning_from' says no text; expected what CLIPTextEncode gives");
  EXPECT_EQ(error_text([&] { average({label}, {text_of(1, 2)}, 0.5).run(); }),
            "'conditioning_to' says no text; expected what CLIPTextEncode gives");
  EXPECT_EQ(error_text([&] { concat({label}, {}).run(); }), "'conditioning_from' has no entries");
}

TEST(ConditioningMixtures, RefuseTextsOfDifferentModels) {
  EXPECT_EQ(
      error_text([&] { concat({text_of(1, 2, 768)}, {text_of(1, 2, 2048)}).run(); }),
      "'conditioning_to' has tokens of 768 numbers, 'conditioning_from' of 2048: they come from text "
      "encoders of different models");
  Conditioning other = text_of(1, 2);
  other.pooled = at::zeros({1, 9});
  EXPECT_EQ(error_text([&] { average({text_of(1, 2)}, {other}, 0.5).run(); }),
            "'conditioning_to' has a pooled output of 3 numbers, 'conditioning_from' of 9: they come "
            "from text "
            "encoders of different models");
}

TEST(ConditioningZeroOut, LeavesNothingOfTheTextAndAllElse) {
  Conditioning given = text_of(1, 3);
  given.strength = 0.5;
  NodeCase node{"ConditioningZeroOut", {}, {{"conditioning", ConditioningValue{given}}}, {}};
  const Conditioning made = only(node.run());
  EXPECT_TRUE(at::equal(made.embedding, at::zeros({1, 3, 4})));
  EXPECT_TRUE(at::equal(made.pooled, at::zeros({1, 3})));
  EXPECT_EQ(made.strength, 0.5);
  EXPECT_EQ(given.embedding.sum().item<double>(), 12.0);
}

TEST(ConditioningMultiply, MultipliesTheTextAndLeavesAllElse) {
  Conditioning given = text_of(2, 3);
  given.strength = 0.5;
  NodeCase node{"ConditioningMultiply",
                {{"multiplier", -1.5}},
                {{"conditioning", ConditioningValue{given, text_of(1, 2)}}},
                {}};
  const auto made = std::any_cast<ConditioningValue>(node.run().at(0));
  ASSERT_EQ(made.size(), 2U);
  EXPECT_TRUE(at::equal(made[0].embedding, at::full({1, 3, 4}, -3.0, at::kFloat)));
  EXPECT_TRUE(at::equal(made[0].pooled, at::full({1, 3}, -30.0, at::kFloat)));
  EXPECT_EQ(made[0].strength, 0.5);
  EXPECT_TRUE(at::equal(made[1].embedding, at::full({1, 2, 4}, -1.5, at::kFloat)));
  EXPECT_EQ(given.embedding.sum().item<double>(), 24.0);
}

TEST(ConditioningMultiply, RefusesAConditioningWithoutAText) {
  NodeCase node{"ConditioningMultiply", {}, {{"conditioning", ConditioningValue{Conditioning{}}}}, {}};
  EXPECT_EQ(error_text([&] { node.run(); }),
            "'conditioning' says no text; expected what CLIPTextEncode gives");
}

TEST(ConditioningZeroOut, RefusesAConditioningWithoutAText) {
  NodeCase node{"ConditioningZeroOut", {}, {{"conditioning", ConditioningValue{Conditioning{}}}}, {}};
  EXPECT_EQ(error_text([&] { node.run(); }),
            "'conditioning' says no text; expected what CLIPTextEncode gives");
}

TEST(ConditioningSetAreaStrength, SetsTheStrengthAlone) {
  NodeCase node{"ConditioningSetAreaStrength",
                {{"strength", 3.0}},
                {{"conditioning", ConditioningValue{Conditioning{.area = Area{4, 8, 1, 2}}}}},
                {}};
  const Conditioning made = only(node.run());
  EXPECT_EQ(made.strength, 3.0);
  EXPECT_EQ(made.area, (Area{4, 8, 1, 2}));
}

}  // namespace
}  // namespace ksampler
