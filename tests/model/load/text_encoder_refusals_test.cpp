// Bad text encoders and bad questions to good ones, each with its message.
#include "host/model/load/load_text.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ksampler {
namespace {

using test::error_text;
using test::Tensors;

const std::string kSd1Tower = "cond_stage_model.transformer.";
const std::string kLayer = kSd1Tower + "text_model.encoder.layers.1.";

class TextEncoderRefusals : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sd1_ = test::transformers_tensors(kSd1Tower, {.width = 16}); }
  static void TearDownTestSuite() { sd1_.clear(); }

  // What loading a file says, after the file's name.
  std::string refusal(const Tensors& tensors, const std::map<std::string, std::string>& metadata = {}) {
    const std::filesystem::path file = folder_ / "model.safetensors";
    const Weights weights = test::written(file, tensors, metadata);
    const std::string text = error_text([&] { load_text_encoder(weights); });
    const std::string begin = file.string() + ": ";
    return text.starts_with(begin) ? text.substr(begin.size()) : text;
  }

  test::TemporaryFolder folder_;
  static inline Tensors sd1_;
};

TEST_F(TextEncoderRefusals, AFileWithoutOne) {
  EXPECT_EQ(
      refusal({{"model.diffusion_model.out.0.weight", at::zeros({4})}}),
      "no text encoder in this file: no tensor's name begins with 'cond_stage_model.' (SD1 and SD2), "
      "'conditioner.embedders.' (SDXL), 'text_encoders.' (checkpoints of transformers) or "
      "'text_model.' (CLIP alone), and none is 'encoder.block.0.layer.0.SelfAttention.q.weight' (T5), "
      "'model.layers.0.self_attn.q_norm.weight' (Qwen3), 'model.layers.0.self_attn.q_proj.bias' "
      "(Qwen2.5), 'model.layers.0.post_feedforward_layernorm.weight' (Gemma 2) or 'tekken_model' "
      "(Mistral 3); it holds a diffusion network");
}

TEST_F(TextEncoderRefusals, AMissingTensorIsNamed) {
  Tensors tensors = sd1_;
  tensors.erase(kLayer + "self_attn.k_proj.weight");
  EXPECT_EQ(refusal(tensors),
            "tensor '" + kLayer +
                "self_attn.k_proj.weight' is missing; the nearest name that is there is '" + kSd1Tower +
                "text_model.encoder.layers.0.self_attn.k_proj.weight'");
}

TEST_F(TextEncoderRefusals, AMisshapenTensorIsNamedWithBothShapes) {
  Tensors tensors = sd1_;
  tensors[kLayer + "mlp.fc2.weight"] = at::zeros({32, 16});
  EXPECT_EQ(refusal(tensors),
            "tensor '" + kLayer + "mlp.fc2.weight' has shape [32, 16]; expected [16, 32]");
}

TEST_F(TextEncoderRefusals, TokensAndPositionsOfOtherWidths) {
  Tensors tensors = sd1_;
  tensors[kSd1Tower + "text_model.embeddings.position_embedding.weight"] = at::zeros({77, 8});
  EXPECT_EQ(refusal(tensors), "tensor '" + kSd1Tower +
                                  "text_model.embeddings.position_embedding.weight' has shape " +
                                  "[77, 8]; expected [any, 16]");
}

TEST_F(TextEncoderRefusals, AnotherVocabulary) {
  EXPECT_EQ(refusal(test::transformers_tensors(kSd1Tower, {.width = 16, .vocabulary = 1000})),
            "the text encoder CLIP-L knows 1000 tokens: tensor '" + kSd1Tower +
                "text_model.embeddings.token_embedding.weight' has shape [1000, 16]; expected "
                "[49408, 16], CLIP's vocabulary");
}

TEST_F(TextEncoderRefusals, NoRoomForAToken) {
  EXPECT_EQ(refusal(test::transformers_tensors(kSd1Tower, {.width = 16, .positions = 2})),
            "the text encoder CLIP-L has room for 2 tokens; expected 77, and at least a start, an end "
            "and one "
            "between");
}

TEST_F(TextEncoderRefusals, NoLayers) {
  EXPECT_EQ(refusal(test::transformers_tensors(kSd1Tower, {.width = 16, .layers = 0})),
            "the text encoder has no layers: no tensor's name begins with '" + kSd1Tower +
                "text_model.encoder.layers.0.'");
}

TEST_F(TextEncoderRefusals, AWidthThatIsNoMultipleOfAHead) {
  EXPECT_EQ(refusal(test::transformers_tensors(kSd1Tower, {.width = 100, .layers = 1})),
            "the text encoder under '" + kSd1Tower +
                "' is 100 wide; expected a multiple of 64, the width of its heads");
}

TEST_F(TextEncoderRefusals, AWidthOfHeadsThatIsNoNumber) {
  EXPECT_EQ(refusal(sd1_, {{"ksampler.text_head_width", "wide"}}),
            "the metadata's 'ksampler.text_head_width' is 'wide'; expected a whole number from 1");
  EXPECT_EQ(refusal(sd1_, {{"ksampler.text_head_width", "5"}}),
            "the text encoder under '" + kSd1Tower +
                "' is 16 wide; expected a multiple of 5, the width of its heads");
}

TEST_F(TextEncoderRefusals, WeightsThatAreNotFinite) {
  Tensors tensors = sd1_;
  tensors[kLayer + "mlp.fc2.bias"] =
      at::full({16}, std::numeric_limits<double>::quiet_NaN(), at::kFloat);
  EXPECT_EQ(refusal(tensors), "tensor '" + kLayer +
                                  "mlp.fc2.bias' (F32) holds NaN or infinity as Float: the " +
                                  "file is damaged, or its values need a wider type");
}

TEST_F(TextEncoderRefusals, WeightsThatAreWholeNumbers) {
  Tensors tensors = sd1_;
  tensors[kLayer + "mlp.fc2.bias"] = at::zeros({16}, at::kLong);
  EXPECT_EQ(refusal(tensors),
            "tensor '" + kLayer +
                "mlp.fc2.bias' is of type I64; a network's weights are F8, F16, BF16 or F32, or I8 "
                "with a scale beside them");
}

TEST_F(TextEncoderRefusals, SdxlWithoutItsSecondEncoder) {
  const std::string text =
      refusal(test::transformers_tensors("conditioner.embedders.0.transformer.", {.width = 16}));
  EXPECT_TRUE(
      text.starts_with("tensor 'conditioner.embedders.1.model.token_embedding.weight' is missing"))
      << text;
}

TEST_F(TextEncoderRefusals, SdxlsSecondEncoderWithoutItsProjection) {
  Tensors tensors = test::open_clip_tensors("conditioner.embedders.0.model.", {.width = 16});
  tensors.erase("conditioner.embedders.0.model.text_projection");
  const std::string text = refusal(tensors);
  EXPECT_TRUE(text.starts_with("tensor 'conditioner.embedders.0.model.text_projection' is missing"))
      << text;
}

TEST_F(TextEncoderRefusals, ALayerThatIsNotThere) {
  const auto clip = load_text_encoder(test::written(folder_ / "model.safetensors", sd1_));
  EXPECT_EQ(error_text([&] { clip->with_last_layer(-4); }),
            "there is no layer -4: the text encoder has 3 layers, from -1, the last, to -3");
  EXPECT_EQ(error_text([&] { clip->with_last_layer(0); }),
            "there is no layer 0: the text encoder has 3 layers, from -1, the last, to -3");
}

TEST_F(TextEncoderRefusals, APromptThatIsNotUtf8) {
  const auto clip = load_text_encoder(test::written(folder_ / "model.safetensors", sd1_));
  EXPECT_EQ(error_text([&] { clip->encode("caf\xE9"); }), "the prompt 'caf\\xe9' is not UTF-8");
}

}  // namespace
}  // namespace ksampler
