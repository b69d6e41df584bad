// LoRA files that are refused, and what of others is left out, in sentences.
#include "host/base/text.hpp"
#include "tests/model/lora/lora_fixture.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <limits>
#include <map>

namespace ksampler {
namespace {

using test::error_text;
using test::LoraOnAUnet;
using test::ModelFile;

class BadLora : public LoraOnAUnet {
 protected:
  // The error's message, without the file's name in front; or the sentences about what is left out.
  std::string of(const ModelFile& model) {
    LoraUse use;
    std::string text = error_text([&] { with_lora(base("sd1_unet"), written(model), 1.0, use); });
    const std::string name = path_.string() + ": ";
    if (text.starts_with(name)) return text.substr(name.size());
    return use.left_out.empty() ? text : "left out: " + listed(use.left_out);
  }
  static ModelFile of_tensors(std::map<std::string, at::Tensor> tensors) {
    ModelFile model;
    model.tensors = std::move(tensors);
    return model;
  }
  // A layer of the small network: 32 wide.
  const std::string key_ = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  ModelFile good() const {
    return of_tensors({{key_ + ".lora_up.weight", at::full({32, 2}, 0.5)},
                       {key_ + ".lora_down.weight", at::full({2, 32}, 0.5)}});
  }
};

TEST_F(BadLora, AGoodOneIsTaken) { EXPECT_EQ(of(good()), "no error"); }

TEST_F(BadLora, OtherKindsAreNamedWithATensorThatShowsThem) {
  const std::map<std::string, std::string> kinds = {
      {key_ + ".oft_blocks", "an OFT (rotations of weights)"},
      {key_ + ".on_input", "an (IA)^3 (scales of activations)"},
  };
  for (const auto& [tensor, kind] : kinds) {
    EXPECT_EQ(of(of_tensors({{tensor, at::zeros({2, 2})}, {key_ + ".alpha", at::zeros({})}})),
              "is " + kind + ", which is not supported (it has a tensor '" + tensor +
                  "'); expected a LoRA, LoHa, LoKr or the like");
    // Beside what is known, they are strangers.
    ModelFile model = good();
    model.tensors[tensor] = at::zeros({2, 2});
    EXPECT_EQ(of(model), "no error");
    EXPECT_EQ(open_lora(path_).others, std::vector<std::string>{tensor});
  }
}

TEST_F(BadLora, ACheckpointIsNone) {
  EXPECT_EQ(of(ModelFile().add("sd1_unet")),
            "is no LoRA: no tensor's name ends in '.lora_up.weight', '.lora_B.weight' or the like; its "
            "first tensor is 'model.diffusion_model.input_blocks.0.0.bias'");
}

TEST_F(BadLora, TwoAdaptersInOneFileAreNamed) {
  ModelFile model;
  for (const std::string adapter : {"default_0", "default_1"}) {
    model.tensors["unet.x.lora_A." + adapter + ".weight"] = at::full({2, 32}, 0.5);
    model.tensors["unet.x.lora_B." + adapter + ".weight"] = at::full({32, 2}, 0.5);
  }
  EXPECT_EQ(of(model),
            "holds two LoRAs: tensors 'unet.x.lora_A.default_0.weight' and "
            "'unet.x.lora_A.default_1.weight' are of the same layer; expected one");
}

TEST_F(BadLora, AMatrixAloneIsLeftOut) {
  EXPECT_EQ(
      of(good().without(key_ + ".lora_down.weight")),
      "left out: tensor '" + key_ + ".lora_up.weight' stands alone: its layer has no 'lora_down'");
  EXPECT_EQ(
      of(good().without(key_ + ".lora_up.weight")),
      "left out: tensor '" + key_ + ".lora_down.weight' stands alone: its layer has no 'lora_up'");
  ModelFile model = good();
  const std::string other = "lora_unet_mid_block_attentions_0_proj_in";
  model.tensors[other + ".alpha"] = at::zeros({});
  EXPECT_EQ(of(model), "left out: layer '" + other + "' has an alpha alone");
}

TEST_F(BadLora, AMisshapenMatrixIsLeftOutWithWhatTheModelNeeds) {
  const std::string weight =
      "'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight' of the model "
      "needs ";
  const auto with = [&](const std::string& part, const at::Tensor& tensor) {
    ModelFile model = good();
    model.tensors[key_ + part] = tensor;
    return of(model);
  };
  const std::string up = "left out: tensor '" + key_ + ".lora_up.weight' has shape ";
  const std::string down = "left out: tensor '" + key_ + ".lora_down.weight' has shape ";
  EXPECT_EQ(with(".lora_up.weight", at::zeros({64, 2})),
            up + "[64, 2]; " + weight + "32 rows, and this gives 64");
  EXPECT_EQ(with(".lora_up.weight", at::zeros({32, 3})),
            up + "[32, 3]; expected a rank of 2, its down's");
  EXPECT_EQ(with(".lora_down.weight", at::zeros({2, 48})),
            down + "[2, 48]; " + weight + "32 numbers a row, and this gives 48");
  EXPECT_EQ(with(".lora_down.weight", at::zeros({64})),
            down + "[64]; expected a matrix or the kernel of a convolution");
  EXPECT_EQ(with(".lora_mid.weight", at::zeros({3, 2, 1, 1})),
            "left out: tensor '" + key_ +
                ".lora_mid.weight' has shape [3, 2, 1, 1]; expected [2, 2, any, any]");
  EXPECT_EQ(with(".dora_scale", at::zeros({1, 5})),
            "left out: tensor '" + key_ +
                ".dora_scale' has shape [1, 5]; expected one for each of 32 outputs, or of 32 inputs");
  EXPECT_EQ(with(".reshape_weight", at::full({2}, 64, at::kLong)),
            "left out: tensor '" + key_ +
                ".reshape_weight' is for another network: "
                "'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight' would "
                "be of another size");
}

TEST_F(BadLora, OfEachKindWhatDoesNotFitIsLeftOut) {
  const auto of_parts = [&](const std::map<std::string, at::Tensor>& parts) {
    ModelFile model;
    for (const auto& [part, tensor] : parts) model.tensors[key_ + part] = tensor;
    return of(model);
  };
  const at::Tensor tall = at::zeros({32, 2});
  const at::Tensor wide = at::zeros({2, 32});
  const std::string tensor = "left out: tensor '" + key_;
  const std::string weight =
      "'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight' of the model "
      "needs ";
  EXPECT_EQ(of_parts({{".hada_w1_a", tall}, {".hada_w1_b", wide}, {".hada_w2_a", tall}}),
            tensor + ".hada_w1_a' stands alone: its layer has no 'hada_w2_b'");
  EXPECT_EQ(of_parts({{".hada_w1_a", tall}, {".hada_w1_b", at::zeros({3, 32})}}),
            tensor + ".hada_w1_a' has shape [32, 2]; expected a rank of 3, that of its other half");
  EXPECT_EQ(of_parts({{".lokr_w1", at::zeros({4, 4})}, {".lokr_w2", at::zeros({4, 8})}}),
            tensor + ".lokr_w2' has shape [4, 8]; " + weight + "32 rows, and this gives 16");
  EXPECT_EQ(of_parts({{".a1.weight", tall},
                      {".a2.weight", wide},
                      {".b1.weight", at::zeros({64, 2})},
                      {".b2.weight", wide}}),
            tensor +
                ".b1.weight' has shape [64, 2]; with its a1, a2 and b2 it gives nothing of 32 rows "
                "and 32 columns");
  EXPECT_EQ(of_parts({{".diff", at::zeros({32, 5})}}),
            tensor + ".diff' has shape [32, 5]; " + weight + "32 numbers a row, and this gives 5");
}

TEST_F(BadLora, TheChangeOfABiasThatIsNotThereLeavesTheWeightsAlone) {
  ModelFile model = good();
  model.tensors[key_ + ".diff_b"] = at::zeros({32});
  EXPECT_EQ(
      of(model),
      "left out: tensor '" + key_ +
          ".diff_b' changes a bias; the layer of "
          "'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight' has none");
  LoraUse use;
  const auto changed = with_lora(base("sd1_unet"), open_lora(path_), 1.0, use);
  EXPECT_EQ(use.used, std::set<std::string>{key_});
  EXPECT_TRUE(denoised(changed, "sd1_unet")
                  .equal(denoised(with_lora(base("sd1_unet"), written(good()), 1.0, use), "sd1_unet")));
}

TEST_F(BadLora, OfALayerOfTwoKindsOneIsTaken) {
  ModelFile model = good();
  model.tensors[key_ + ".diff"] = at::full({32, 32}, 0.25);
  EXPECT_EQ(of(model), "left out: tensor '" + key_ +
                           ".lora_down.weight' says nothing beside those of its layer and tensor '" +
                           key_ + ".lora_up.weight' says nothing beside those of its layer");
}

TEST_F(BadLora, ValuesThatAreNoFiniteNumbersAreNamed) {
  ModelFile model = good();
  model.tensors[key_ + ".lora_up.weight"][3][1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(of(model),
            "tensor '" + key_ + ".lora_up.weight' holds NaN or infinity: the file is damaged");
  model = good();
  model.tensors[key_ + ".alpha"] = at::zeros({2});
  EXPECT_EQ(of(model), "tensor '" + key_ + ".alpha' has shape [2]; an alpha is one finite number");
  model = good();
  model.tensors[key_ + ".lora_up.weight"] = at::zeros({32, 2}, at::kLong);
  EXPECT_EQ(of(model),
            "tensor '" + key_ + ".lora_up.weight' is of type I64; a LoRA's are F8, F16, BF16 or F32");
}

TEST_F(BadLora, ASumThatIsTooLargeForTheTypeSaysWhatToDo) {
  LoraUse use;
  const Lora lora = written(good());
  const auto model = base("sd1_unet", at::kHalf);
  const std::string text = error_text([&] { test::denoiser_of(with_lora(model, lora, 1e6, use)); });
  EXPECT_NE(text.find("attn1.to_q.weight' holds NaN or infinity with the LoRA added to it, as Half: a "
                      "lower strength, or a wider type, is needed"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace ksampler
