// LoRAs on the UNets of every architecture: the same as diffusers' prediction with them merged, in all
// the names that trainers give them.
#include "tests/model/lora/lora_fixture.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::case_tensor;
using test::error_text;
using test::kFloat32;
using test::lora_of;
using test::LoraCase;
using test::LoraOnAUnet;
using test::ModelFile;
using test::relative_difference;

TEST_P(LoraOnAUnet, PredictsWhatDiffusersDoesWithItMerged) {
  expect_prediction(GetParam().lora, GetParam().network);
}

INSTANTIATE_TEST_SUITE_P(Names, LoraOnAUnet,
                         ::testing::Values(LoraCase{"sd1_lora_kohya", "sd1_unet"},
                                           LoraCase{"sd1_lora_mid", "sd1_unet"},
                                           LoraCase{"sd2_lora_processor", "sd2_unet"},
                                           LoraCase{"sdxl_lora_peft", "sdxl_unet"},
                                           LoraCase{"sdxl_lora_kohya", "sdxl_unet"}),
                         [](const auto& test) { return std::string(test.param.lora); });

class OneLora : public LoraOnAUnet {};

TEST_F(OneLora, AddedAndTakenAwayAgainLeavesTheModelAsItWas) {
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  LoraUse use;
  const auto model = base("sd1_unet");
  const auto there = with_lora(model, lora, 0.7, use);
  const auto back = with_lora(there, lora, -0.7, use);
  // What was added is taken away from the sum, in float32.
  EXPECT_LT(relative_difference(denoised(back, "sd1_unet"), denoised(model, "sd1_unet")), kFloat32);
  EXPECT_GT(relative_difference(denoised(there, "sd1_unet"), denoised(model, "sd1_unet")), 0.1);
}

TEST_F(OneLora, StaysWhenTheParameterizationChanges) {
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  LoraUse use;
  const auto model = base("sd1_unet");
  const auto first = with_sampling(with_lora(model, lora, 0.7, use), ModelSampling::named("v"));
  const auto second = with_lora(with_sampling(model, ModelSampling::named("v")), lora, 0.7, use);
  EXPECT_EQ(first.sampling.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_EQ(second.sampling.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_TRUE(denoised(first, "sd1_unet").equal(denoised(second, "sd1_unet")));
}

// W + delta is rounded to bfloat16 once: 8 bits, so as near as the network itself in that type.
TEST_F(OneLora, IsAddedInFloat32WhateverTheNetworkComputesWith) {
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  LoraUse use;
  const auto changed = with_lora(base("sd1_unet", at::kBFloat16), lora, 0.7, use);
  const at::Tensor wanted = expected(changed, "sd1_unet", case_tensor("sd1_lora_kohya", "out"));
  EXPECT_LT(relative_difference(denoised(changed, "sd1_unet"), wanted), 0.1);
}

TEST_F(OneLora, SharesWhatItDoesNotChangeWithTheModel) {
  const Weights weights = test::network_weights("sd1_unet", at::kHalf);
  const std::string prefix = "model.diffusion_model.";
  const std::string touched = prefix + "time_embed.0.weight";
  const std::string other = prefix + "time_embed.2.weight";
  const at::Tensor before = weights.get(touched, {kAnySize, kAnySize});
  const at::Tensor left = weights.get(other, {kAnySize, kAnySize});
  class Eighth : public WeightDelta {
   public:
    at::Tensor of(const at::Tensor& weight) const override { return at::full_like(weight, 0.125); }
  };
  const WeightPatch patch{.delta = std::make_shared<Eighth>(), .scale = 2.0, .rows = before.size(0)};
  const Weights changed = weights.patched_by({{touched, {patch}}});
  EXPECT_EQ(changed.get(other, {kAnySize, kAnySize}).const_data_ptr(), left.const_data_ptr());
  const at::Tensor after = changed.get(touched, {kAnySize, kAnySize});
  EXPECT_TRUE(after.equal((before.to(at::kFloat) + 0.25).to(at::kHalf)));
  EXPECT_TRUE(weights.get(touched, {kAnySize, kAnySize}).equal(before));
}

TEST_F(OneLora, IsNotForAModelWithoutWeights) {
  class NoNetwork : public ModelSource {
   public:
    const LatentFormat& latents() const override { return latents_; }
    at::Device device() const override { return at::kCPU; }
    void check_shape(at::IntArrayRef) const override {}
    std::shared_ptr<const Denoiser> denoiser(const Model&, NetworkCache&) const override {
      return nullptr;
    }

   private:
    LatentFormat latents_;
  };
  const Model model{std::make_shared<NoNetwork>(), ModelSampling::named("eps")};
  const Lora lora = written(lora_of("sd1_lora_kohya"));
  LoraUse use;
  EXPECT_EQ(error_text([&] { with_lora(model, lora, 1.0, use); }),
            "this model has no weights that a LoRA could be added to; expected one of a checkpoint");
}

// A file in 8 bits changes the weights by what its numbers are: 0.5 and 0.25 are among F8_E4M3's.
TEST_F(OneLora, MayBeOfEightBits) {
  const std::string layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  const auto in_type = [&](at::ScalarType type) {
    ModelFile model;
    model.tensors[layer + ".lora_up.weight"] = at::full({32, 2}, 0.5).to(type);
    model.tensors[layer + ".lora_down.weight"] = at::full({2, 32}, 0.25).to(type);
    model.tensors[layer + ".alpha"] = at::full({}, 1.0).to(type);
    LoraUse use;
    return denoised(with_lora(base("sd1_unet"), written(model), 0.7, use), "sd1_unet");
  };
  EXPECT_TRUE(in_type(at::kFloat8_e4m3fn).equal(in_type(at::kFloat)));
  EXPECT_TRUE(in_type(at::kFloat8_e5m2).equal(in_type(at::kFloat)));
}

}  // namespace
}  // namespace ksampler
