// LoRAs on text encoders: the same as an encoder whose file has the merged weights, in the names that
// trainers give them.
#include "host/model/load/load_text.hpp"
#include "host/model/lora/lora_file.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::Tensors;

// float32 sums in another order.
constexpr double kOfText = 1e-5;

class LoraOnATextEncoder : public ::testing::Test {
 protected:
  struct Part {
    std::string lora;    // the layer's name in the LoRA
    std::string tensor;  // of the encoder's file
    std::int64_t first_row = 0;
    std::int64_t rows = 0;
    bool transposed = false;  // the tensor is the matrix's transpose
  };

  // Encodes with the LoRA added, and with the weights merged here: 0.6 * 3 / 2 * up * down.
  void expect_merged(const Tensors& encoder, const std::vector<Part>& parts,
                     const std::string& up_ending, const std::string& down_ending, bool with_alpha) {
    Tensors lora;
    Tensors merged = encoder;
    for (const Part& part : parts) {
      const at::Tensor& weight = encoder.at(part.tensor);
      const at::Tensor up = at::randn({part.rows, 2});
      const at::Tensor down = at::randn({2, weight.size(part.transposed ? 0 : 1)}) / 4.0;
      lora[part.lora + up_ending] = up;
      lora[part.lora + down_ending] = down;
      if (with_alpha) lora[part.lora + ".alpha"] = at::randn({}).fill_(3.0);
      at::Tensor& sum = merged[part.tensor];
      sum = sum.clone();
      at::Tensor matrix = part.transposed ? sum.t() : sum;
      matrix.narrow(0, part.first_row, part.rows)
          .add_(at::matmul(up, down), 0.6 * (with_alpha ? 1.5 : 1.0));
    }
    test::written(folder_ / "lora.safetensors", lora);
    const TextModel base(test::written(folder_ / "base.safetensors", encoder));
    const auto wanted = load_text_encoder(test::written(folder_ / "merged.safetensors", merged));
    LoraUse use;
    const TextModel changed = base.with_lora(open_lora(folder_ / "lora.safetensors"), 0.6, use);
    EXPECT_EQ(use.used.size(), parts.size());
    const EncodedText ours = changed.hold(cache_)->encode("a (red:1.3) circle");
    const EncodedText theirs = wanted->encode("a (red:1.3) circle");
    const EncodedText before = base.hold(cache_)->encode("a (red:1.3) circle");
    EXPECT_LT((ours.embedding - theirs.embedding).abs().max().item<float>(),
              kOfText * theirs.embedding.abs().max().item<float>());
    EXPECT_LT((ours.pooled - theirs.pooled).abs().max().item<float>(),
              kOfText * theirs.pooled.abs().max().item<float>());
    EXPECT_GT((ours.embedding - before.embedding).abs().max().item<float>(), 0.01f);
    // The layer that is taken stays, too.
    EXPECT_TRUE(
        base.with_last_layer(-2)
            .with_lora(open_lora(folder_ / "lora.safetensors"), 0.6, use)
            .hold(cache_)
            ->encode("a circle")
            .embedding.equal(changed.with_last_layer(-2).hold(cache_)->encode("a circle").embedding));
  }

  c10::InferenceMode inference_;
  NetworkCache cache_;
  test::TemporaryFolder folder_;
};

TEST_F(LoraOnATextEncoder, OfStableDiffusion1InKohyasNames) {
  const std::string prefix = "cond_stage_model.transformer.";
  const std::string layer = "text_model.encoder.layers.1.";
  expect_merged(
      test::transformers_tensors(prefix),
      {{"lora_te_text_model_encoder_layers_1_self_attn_q_proj",
        prefix + layer + "self_attn.q_proj.weight", 0, 32},
       {"lora_te_text_model_encoder_layers_1_self_attn_out_proj",
        prefix + layer + "self_attn.out_proj.weight", 0, 32},
       {"lora_te_text_model_encoder_layers_1_mlp_fc1", prefix + layer + "mlp.fc1.weight", 0, 64},
       {"lora_te_text_model_encoder_layers_1_mlp_fc2", prefix + layer + "mlp.fc2.weight", 0, 32}},
      ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
}

TEST_F(LoraOnATextEncoder, InDiffusersNames) {
  const std::string prefix = "cond_stage_model.transformer.";
  const std::string layer = "text_model.encoder.layers.0.";
  expect_merged(test::transformers_tensors(prefix),
                {{"text_encoder." + layer + "self_attn.k_proj",
                  prefix + layer + "self_attn.k_proj.weight", 0, 32},
                 {"text_encoder." + layer + "self_attn.v_proj",
                  prefix + layer + "self_attn.v_proj.weight", 0, 32}},
                ".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight", /*with_alpha=*/false);
}

TEST_F(LoraOnATextEncoder, OfAFileWithoutTheRootOfItsNames) {
  const std::string prefix = "cond_stage_model.transformer.";
  expect_merged(test::transformers_tensors(prefix, {}, ""),
                {{"text_encoder.text_model.encoder.layers.0.mlp.fc1",
                  prefix + "encoder.layers.0.mlp.fc1.weight", 0, 64}},
                ".lora_B.weight", ".lora_A.weight", /*with_alpha=*/false);
}

// OpenCLIP keeps q, k and v in one tensor, one above the other.
TEST_F(LoraOnATextEncoder, OfSdxlInBothOfItsEncoders) {
  const std::string second = "conditioner.embedders.1.model.transformer.resblocks.";
  const std::string kohya = "lora_te2_text_model_encoder_layers_";
  expect_merged(
      test::sdxl_tensors(),
      {{"lora_te1_text_model_encoder_layers_1_self_attn_q_proj",
        "conditioner.embedders.0.transformer.text_model.encoder.layers.1.self_attn.q_proj.weight", 0,
        32},
       {kohya + "0_self_attn_q_proj", second + "0.attn.in_proj_weight", 0, 48},
       {kohya + "1_self_attn_k_proj", second + "1.attn.in_proj_weight", 48, 48},
       {kohya + "2_self_attn_v_proj", second + "2.attn.in_proj_weight", 96, 48},
       {kohya + "0_self_attn_out_proj", second + "0.attn.out_proj.weight", 0, 48},
       {kohya + "1_mlp_fc1", second + "1.mlp.c_fc.weight", 0, 96},
       {kohya + "1_mlp_fc2", second + "1.mlp.c_proj.weight", 0, 48}},
      ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
}

TEST_F(LoraOnATextEncoder, OfStableDiffusion2) {
  const std::string prefix = "cond_stage_model.model.";
  expect_merged(test::open_clip_tensors(prefix),
                {{"lora_te_text_model_encoder_layers_0_self_attn_v_proj",
                  prefix + "transformer.resblocks.0.attn.in_proj_weight", 64, 32}},
                ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
}

TEST_F(LoraOnATextEncoder, WithoutARootAsPeftSavesATextEncoderAlone) {
  const std::string prefix = "cond_stage_model.transformer.";
  const std::string layer = "text_model.encoder.layers.1.mlp.fc1";
  for (const std::string root : {"", "base_model.model.", "text_encoder.base_model.model."}) {
    SCOPED_TRACE(root);
    expect_merged(test::transformers_tensors(prefix),
                  {{root + layer, prefix + layer + ".weight", 0, 64}}, ".lora_B.weight",
                  ".lora_A.weight", /*with_alpha=*/false);
  }
}

TEST_F(LoraOnATextEncoder, InComfyUisNames) {
  const std::string layer = "text_model.encoder.layers.1.self_attn.k_proj";
  expect_merged(test::transformers_tensors("cond_stage_model.transformer."),
                {{"text_encoders.clip_l.transformer." + layer,
                  "cond_stage_model.transformer." + layer + ".weight", 0, 32}},
                ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
  expect_merged(test::open_clip_tensors("cond_stage_model.model."),
                {{"text_encoders.clip_h.transformer." + layer,
                  "cond_stage_model.model.transformer.resblocks.1.attn.in_proj_weight", 32, 32}},
                ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
  expect_merged(test::sdxl_tensors(),
                {{"text_encoders.clip_l.transformer." + layer,
                  "conditioner.embedders.0.transformer." + layer + ".weight", 0, 32},
                 {"text_encoders.clip_g.transformer." + layer,
                  "conditioner.embedders.1.model.transformer.resblocks.1.attn.in_proj_weight", 48, 48}},
                ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
}

TEST_F(LoraOnATextEncoder, WithAnyNameOfAnAdapter) {
  const std::string prefix = "cond_stage_model.transformer.";
  const std::string layer = "text_model.encoder.layers.0.mlp.fc2";
  for (const std::string adapter : {"default", "default_0", "my style"}) {
    SCOPED_TRACE(adapter);
    expect_merged(test::transformers_tensors(prefix),
                  {{"text_encoder." + layer, prefix + layer + ".weight", 0, 32}},
                  ".lora_B." + adapter + ".weight", ".lora_A." + adapter + ".weight",
                  /*with_alpha=*/false);
  }
}

// OpenCLIP's file has the projection [in,out]. A layer goes with it, as the projection alone changes
// no embedding.
TEST_F(LoraOnATextEncoder, OfTheTextProjection) {
  const std::string first = "conditioner.embedders.1.model.";
  for (const std::string& key :
       {std::string("lora_te2_text_projection"), std::string("text_encoder_2.text_projection"),
        std::string("text_encoders.clip_g.transformer.text_projection")}) {
    SCOPED_TRACE(key);
    expect_merged(test::sdxl_tensors(),
                  {{"lora_te2_text_model_encoder_layers_0_mlp_fc1",
                    first + "transformer.resblocks.0.mlp.c_fc.weight", 0, 96},
                   {key, first + "text_projection", 0, 24, true}},
                  ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
  }
}

TEST_F(LoraOnATextEncoder, OfATextProjectionInTransformersLayout) {
  Tensors tensors = test::transformers_tensors("");
  tensors["text_projection.weight"] = tensors.at("text_model.encoder.layers.0.mlp.fc1.weight");
  expect_merged(tensors,
                {{"lora_te1_text_projection", "text_projection.weight", 0, 64},
                 {"lora_te_text_model_encoder_layers_0_mlp_fc1",
                  "text_model.encoder.layers.0.mlp.fc1.weight", 0, 64}},
                ".lora_up.weight", ".lora_down.weight", /*with_alpha=*/true);
}

TEST_F(LoraOnATextEncoder, LeavesTheLayersOfTheUnetAlone) {
  const TextModel encoder(test::written(folder_ / "base.safetensors",
                                        test::transformers_tensors("cond_stage_model.transformer.")));
  test::written(folder_ / "lora.safetensors", {{"lora_unet_x.lora_up.weight", at::randn({4, 2})},
                                               {"lora_unet_x.lora_down.weight", at::randn({2, 4})}});
  LoraUse use;
  encoder.with_lora(open_lora(folder_ / "lora.safetensors"), 1.0, use);
  EXPECT_TRUE(use.used.empty());
}

}  // namespace
}  // namespace ksampler
