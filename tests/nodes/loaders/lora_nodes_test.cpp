// LoraLoader and LoraLoaderModelOnly in pipeline files.
#include "host/base/error.hpp"
#include "host/files/png.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;
using test::ModelFile;

const std::string kUnetKey = "lora_unet_mid_block_attentions_0_transformer_blocks_0_ff_net_0_proj";
const std::string kUnetTensor =
    "model.diffusion_model.middle_block.1.transformer_blocks.0.ff.net.0.proj.weight";
const std::string kTextKey = "lora_te_text_model_encoder_layers_0_mlp_fc2";
const std::string kTextTensor =
    "cond_stage_model.transformer.text_model.encoder.layers.0.mlp.fc2.weight";

class LoraNodes : public ::testing::Test {
 protected:
  LoraNodes() {
    checkpoint_.add("sd1_unet").add("vae");
    const test::Tensors text =
        test::transformers_tensors("cond_stage_model.transformer.", {.width = 24});
    checkpoint_.tensors.insert(text.begin(), text.end());
    checkpoint_.write(folder_ / "model.safetensors");
    for (const auto& [key, tensor] :
         {std::pair{kUnetKey, kUnetTensor}, std::pair{kTextKey, kTextTensor}}) {
      const at::Tensor& weight = checkpoint_.tensors.at(tensor);
      lora_.tensors[key + ".lora_up.weight"] = at::full({weight.size(0), 1}, 0.125);
      lora_.tensors[key + ".lora_down.weight"] = at::full({1, weight.size(1)}, 0.25);
    }
    lora_.write(folder_ / "lora.safetensors");
  }

  // A checkpoint with 2^-5 times these strengths added to the two weights: exact in float32.
  void write_merged(double model, double clip) const {
    ModelFile merged = checkpoint_;
    merged.tensors[kUnetTensor] = merged.tensors.at(kUnetTensor) + model / 32.0;
    merged.tensors[kTextTensor] = merged.tensors.at(kTextTensor) + clip / 32.0;
    merged.write(folder_ / "merged.safetensors");
  }

  Outcome run(const std::string& file, const std::string& loaders, const std::string& model,
              const std::string& clip) const {
    return run_pipeline_text(
        "nodes:\n"
        "  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: " +
            file + " }\n" + loaders + "  positive: { type: CLIPTextEncode, clip: " + clip +
            ", text: a red circle }\n"
            "  negative: { type: CLIPTextEncode, clip: " +
            clip +
            ", text: \"\" }\n"
            "  canvas: { type: EmptyLatentImage, width: 64, height: 64 }\n"
            "  base: { type: KSampler, model: " +
            model +
            ", positive: $positive, negative: $negative, latent_image: $canvas,\n"
            "          seed: 1, steps: 2, cfg: 4.0, sampler_name: euler, scheduler: normal }\n"
            "  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $base }\n"
            "  save: { type: SaveImage, images: $image }\n",
        folder_.path());
  }
  Outcome run_lora(const std::string& strengths, const std::string& name = "lora.safetensors") const {
    return run(
        "model.safetensors",
        "  lora: { type: LoraLoader, model: $checkpoint.model, clip: $checkpoint.clip, lora_name: " +
            name + strengths + " }\n",
        "$lora.model", "$lora.clip");
  }
  Outcome run_plain(const std::string& file) const {
    return run(file, "", "$checkpoint.model", "$checkpoint.clip");
  }
  static std::vector<std::uint16_t> pixels(const Outcome& outcome) {
    return read_png(outcome.files.at(0)).rgba;
  }

  test::TemporaryFolder folder_;
  ModelFile checkpoint_;
  ModelFile lora_;
};

TEST_F(LoraNodes, AddToModelAndTextEach) {
  write_merged(4.0, -8.0);
  const Outcome ours = run_lora(", strength_model: 4.0, strength_clip: -8.0");
  EXPECT_EQ(ours.warnings, std::vector<std::string>{});
  EXPECT_EQ(pixels(ours), pixels(run_plain("merged.safetensors")));
  EXPECT_NE(pixels(ours), pixels(run_plain("model.safetensors")));
  // The same from the networks that were kept, and another strength from anew.
  EXPECT_EQ(pixels(run_lora(", strength_model: 4.0, strength_clip: -8.0")), pixels(ours));
  EXPECT_NE(pixels(run_lora(", strength_model: 2.0, strength_clip: -8.0")), pixels(ours));
}

TEST_F(LoraNodes, AreNothingAtStrengthZero) {
  const Outcome outcome = run_lora(", strength_model: 0, strength_clip: 0");
  EXPECT_EQ(pixels(outcome), pixels(run_plain("model.safetensors")));
  EXPECT_EQ(outcome.warnings, std::vector<std::string>{});
}

TEST_F(LoraNodes, FollowEachOther) {
  write_merged(3.0, 0.0);
  const Outcome outcome = run(
      "model.safetensors",
      "  one: { type: LoraLoaderModelOnly, model: $checkpoint.model, lora_name: lora.safetensors }\n"
      "  two: { type: LoraLoaderModelOnly, model: $one, lora_name: lora.safetensors, "
      "strength_model: 2.0 }\n",
      "$two", "$checkpoint.clip");
  EXPECT_EQ(pixels(outcome), pixels(run_plain("merged.safetensors")));
  EXPECT_EQ(outcome.warnings, std::vector<std::string>{});  // what is for the text is passed over
}

TEST_F(LoraNodes, TellWhatIsForTheTextInEveryTrainersNames) {
  const std::string layer = "text_model.encoder.layers.0.mlp.fc2";
  for (const std::string root : {"", "base_model.model.", "text_encoders.clip_l.transformer."}) {
    ModelFile lora;
    for (const std::string end : {".lora_up.weight", ".lora_down.weight"}) {
      lora.tensors[kUnetKey + end] = lora_.tensors.at(kUnetKey + end);
      lora.tensors[root + layer + end] = lora_.tensors.at(kTextKey + end);
    }
    lora.write(folder_ / "named.safetensors");
    const Outcome outcome = run_lora("", "named.safetensors");
    EXPECT_EQ(outcome.warnings, std::vector<std::string>{}) << root;
    EXPECT_EQ(pixels(outcome), pixels(run_lora(""))) << root;
    // Passed over where it is for the model alone.
    const Outcome alone = run("model.safetensors",
                              "  one: { type: LoraLoaderModelOnly, model: $checkpoint.model, "
                              "lora_name: named.safetensors }\n",
                              "$one", "$checkpoint.clip");
    EXPECT_EQ(alone.warnings, std::vector<std::string>{}) << root;
  }
}

TEST_F(LoraNodes, WarnOfLayersThatTheModelHasNot) {
  lora_.tensors["lora_unet_nothing.lora_up.weight"] = at::full({2, 1}, 1.0);
  lora_.tensors["lora_unet_nothing.lora_down.weight"] = at::full({1, 2}, 1.0);
  lora_.tensors["bundle_emb.word"] = at::full({1}, 1.0);
  lora_.write(folder_ / "odd.safetensors");
  const Outcome outcome = run_lora("", "odd.safetensors");
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_EQ(outcome.warnings[0], (folder_ / "odd.safetensors").string() +
                                     ": the model has no place for 'bundle_emb.word' and "
                                     "'lora_unet_nothing'");
}

TEST_F(LoraNodes, ApplyWhatFitsAndNameTheRestInAWarning) {
  const std::string other = "lora_unet_mid_block_attentions_0_proj_in";
  lora_.tensors[other + ".lora_up.weight"] = at::full({7, 1}, 1.0);
  lora_.tensors[other + ".lora_down.weight"] = at::full({1, 64}, 1.0);
  lora_.tensors[kUnetKey + ".diff_b"] = at::full({3}, 1.0);
  lora_.write(folder_ / "odd.safetensors");
  const Outcome outcome = run_lora("", "odd.safetensors");
  EXPECT_EQ(pixels(outcome), pixels(run_lora("")));
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_EQ(outcome.warnings[0],
            (folder_ / "odd.safetensors").string() + ": left out: tensor '" + other +
                ".lora_up.weight' has shape [7, 1]; "
                "'model.diffusion_model.middle_block.1.proj_in.weight' of the model needs 64 rows, and "
                "this gives 7 and tensor '" +
                kUnetKey +
                ".diff_b' has shape [3]; "
                "'model.diffusion_model.middle_block.1.transformer_blocks.0.ff.net.0.proj.bias' of the "
                "model needs 512 rows, and this gives 3");
}

TEST_F(LoraNodes, RefuseALoraOfWhichNothingFits) {
  ModelFile other;
  other.tensors[kUnetKey + ".lora_up.weight"] = at::full({2, 1}, 1.0);
  other.tensors[kUnetKey + ".lora_down.weight"] = at::full({1, 64}, 1.0);
  other.write(folder_ / "other.safetensors");
  const std::string text = error_text([&] { run_lora("", "other.safetensors"); });
  EXPECT_NE(text.find("nothing of this LoRA fits the model: tensor '" + kUnetKey +
                      ".lora_up.weight' has shape [2, 1]"),
            std::string::npos)
      << text;
}

TEST_F(LoraNodes, WarnWhereALoraIsForTheTextAndTheTextIsNotAsked) {
  ModelFile text = lora_;
  text.without_all(kUnetKey).write(folder_ / "text.safetensors");
  const Outcome outcome = run("model.safetensors",
                              "  one: { type: LoraLoaderModelOnly, model: $checkpoint.model, "
                              "lora_name: text.safetensors }\n",
                              "$one", "$checkpoint.clip");
  EXPECT_EQ(outcome.warnings,
            std::vector<std::string>{(folder_ / "text.safetensors").string() +
                                     ": changes nothing: all of it is for a text encoder"});
}

TEST_F(LoraNodes, RefuseALoraOfAnotherArchitecture) {
  ModelFile other;
  other.tensors["lora_unet_double_blocks_0_img_attn_proj.lora_up.weight"] = at::full({2, 1}, 1.0);
  other.tensors["lora_unet_double_blocks_0_img_attn_proj.lora_down.weight"] = at::full({1, 2}, 1.0);
  other.write(folder_ / "other.safetensors");
  EXPECT_EQ(
      error_text([&] { run_lora("", "other.safetensors"); }),
      (folder_ / "other.safetensors").string() +
          ": no layer of this LoRA is one of the model's: 'lora_unet_double_blocks_0_img_attn_proj'; "
          "expected a LoRA for the model's architecture (node 'lora' (LoraLoader), " +
          (folder_ / "pipeline.yaml").string() + ":3)");
}

TEST_F(LoraNodes, NameTheirNodeWhereTheModelHasNoWeights) {
  const std::string text = error_text([&] {
    run_pipeline_text(R"(nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA R"(/parity/model.safetensors }
  lora: { type: LoraLoaderModelOnly, model: $model, lora_name: lora.safetensors }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  base: { type: KSampler, model: $lora, positive: $one, negative: $one, latent_image: $canvas, seed: 7,
          steps: 4, cfg: 1.0, sampler_name: euler, scheduler: karras }
  save: { type: SaveLatent, samples: $base }
)",
                      folder_.path());
  });
  EXPECT_NE(
      text.find("node 'lora' (LoraLoaderModelOnly): this model has no weights that a LoRA could be "
                "added to; expected one of a checkpoint"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace ksampler
