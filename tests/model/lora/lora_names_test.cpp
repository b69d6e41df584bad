// The names that a layer of a UNet has in LoRA files.
#include "tests/model/lora/lora_fixture.hpp"

#include <ATen/ops/full.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using test::LoraOnAUnet;
using test::ModelFile;

class LoraNames : public LoraOnAUnet {
 protected:
  at::Tensor of(const std::string& layer, const std::string& up, const std::string& down) {
    ModelFile model;
    model.tensors[layer + up] = at::full({32, 2}, 0.5);
    model.tensors[layer + down] = at::full({2, 32}, 0.25);
    LoraUse use;
    const auto changed = with_lora(base("sd1_unet"), written(model), 0.7, use);
    EXPECT_EQ(use.used.size(), 1u) << layer;
    EXPECT_EQ(use.left_out, std::vector<std::string>{}) << layer;
    return denoised(changed, "sd1_unet");
  }
};

TEST_F(LoraNames, AreTheNetworksOrDiffusersWithAnyTrainersRoot) {
  const std::string here = "input_blocks.1.1.transformer_blocks.0.attn1.to_q";
  const std::string there = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
  const at::Tensor wanted = of(here, ".lora_up.weight", ".lora_down.weight");
  EXPECT_FALSE(wanted.equal(denoised(base("sd1_unet"), "sd1_unet")));
  for (const std::string& name : {here, there}) {
    for (const std::string root : {"", "unet.", "diffusion_model.", "model.diffusion_model.",
                                   "base_model.model.", "unet.base_model.model."}) {
      EXPECT_TRUE(wanted.equal(of(root + name, ".lora_up.weight", ".lora_down.weight"))) << root + name;
    }
    std::string underscored = name;
    std::replace(underscored.begin(), underscored.end(), '.', '_');
    for (const std::string root : {"lora_unet_", "lycoris_"}) {
      EXPECT_TRUE(wanted.equal(of(root + underscored, ".lora_up.weight", ".lora_down.weight")));
    }
  }
}

TEST_F(LoraNames, EndInWhatEveryTrainerEndsThemIn) {
  const std::string layer = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
  const at::Tensor wanted = of(layer, ".lora_up.weight", ".lora_down.weight");
  const std::vector<std::pair<std::string, std::string>> endings = {
      {".lora_B.weight", ".lora_A.weight"},
      {".lora_B.default_0.weight", ".lora_A.default_0.weight"},
      {".lora_B", ".lora_A"},
      {".lora.up.weight", ".lora.down.weight"},
      {"_lora.up.weight", "_lora.down.weight"},
      {".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight"},
  };
  for (const auto& [up, down] : endings) EXPECT_TRUE(wanted.equal(of(layer, up, down))) << up;
}

}  // namespace
}  // namespace ksampler
