// LoRAs for transformers, by the names that their trainers write: each changes the rows of the tensor
// that it means, and those alone.
#include "host/base/error.hpp"
#include "host/model/family/family.hpp"
#include "host/model/lora/lora.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::ModelFile;

struct Named {
  const char* network;
  const char* layer;   // in the LoRA file
  const char* tensor;  // of the network
  std::int64_t first;
  std::int64_t rows;
};

const Family& family_of(const std::string& name) {
  const Weights weights = test::network_weights(name).within("model.diffusion_model.");
  for (const Family* each : families()) {
    if (each->is_of(weights)) return *each;
  }
  throw Error("no family");
}

class TransformerLora : public ::testing::TestWithParam<Named> {};

TEST_P(TransformerLora, ChangesTheRowsThatItsNameMeans) {
  const Named& named = GetParam();
  const Weights weights = test::network_weights(named.network).within("model.diffusion_model.");
  const std::vector<std::int64_t> shape = weights.shape(named.tensor);
  std::int64_t columns = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) columns *= shape[i];

  const test::TemporaryFolder folder;
  ModelFile file;
  const at::Tensor up = at::randn({named.rows, 2});
  const at::Tensor down = at::randn({2, columns});
  const std::string layer = named.layer;
  const bool kohya = layer.find('.') == std::string::npos;
  file.tensors[layer + (kohya ? ".lora_up.weight" : ".lora_B.weight")] = up;
  file.tensors[layer + (kohya ? ".lora_down.weight" : ".lora_A.weight")] = down;
  file.write(folder / "lora.safetensors");

  LoraUse use;
  const Lora lora = open_lora(folder / "lora.safetensors");
  const WeightPatches patches =
      lora_patches(lora, family_of(named.network).lora_targets(weights), 0.5, use);
  EXPECT_EQ(use.left_out, std::vector<std::string>());
  ASSERT_EQ(patches.size(), 1U);
  EXPECT_EQ(patches.begin()->first, std::string("model.diffusion_model.") + named.tensor);

  const Weights changed = weights.fresh().patched_by(patches);
  const at::Tensor before = weights.get(named.tensor, shape).reshape({shape[0], columns});
  const at::Tensor after = changed.get(named.tensor, shape).reshape({shape[0], columns});
  at::Tensor expected = at::zeros({shape[0], columns});
  expected.narrow(0, named.first, named.rows).copy_(0.5 * up.matmul(down));
  // float32's rounding of sums near 4.
  EXPECT_LT((after - before - expected).abs().max().item<float>(), 1e-6F);
  if (shape.size() != 2) return;
  EXPECT_TRUE(changed.stored(named.tensor, shape)->widened(at::kFloat).equal(after));
}

// The networks are 64 and 96 wide.
INSTANTIATE_TEST_SUITE_P(
    Names, TransformerLora,
    ::testing::Values(
        Named{"anima", "diffusion_model.blocks.1.cross_attn.k_proj",
              "blocks.1.cross_attn.k_proj.weight", 0, 64},
        Named{"anima", "transformer.transformer_blocks.0.attn1.to_out.0",
              "blocks.0.self_attn.output_proj.weight", 0, 64},
        Named{"anima", "transformer.transformer_blocks.1.norm3.linear_2",
              "blocks.1.adaln_modulation_mlp.2.weight", 0, 192},
        Named{"anima", "lora_unet_blocks_0_mlp_layer1", "blocks.0.mlp.layer1.weight", 0, 256},
        Named{"anima", "text_conditioner.blocks.1.mlp.0", "llm_adapter.blocks.1.mlp.0.weight", 0, 192},
        Named{"anima", "lora_unet_llm_adapter_blocks_0_cross_attn_q_proj",
              "llm_adapter.blocks.0.cross_attn.q_proj.weight", 0, 48},
        Named{"lumina2", "transformer.layers.1.attn.to_v", "layers.1.attention.qkv.weight", 192, 48},
        Named{"lumina2", "transformer.context_refiner.0.attn.to_q",
              "context_refiner.0.attention.qkv.weight", 0, 144},
        Named{"lumina2", "diffusion_model.layers.0.attention.to_k", "layers.0.attention.qkv.weight",
              144, 48},
        Named{"lumina2", "transformer.noise_refiner.0.norm1.linear",
              "noise_refiner.0.adaLN_modulation.1.weight", 0, 576},
        Named{"lumina2", "transformer.layers.1.feed_forward.linear_2",
              "layers.1.feed_forward.w2.weight", 0, 144},
        Named{"lumina2", "lora_unet_layers_0_attention_qkv", "layers.0.attention.qkv.weight", 0, 240},
        Named{"krea2", "transformer.transformer_blocks.1.attn.to_k", "blocks.1.attn.wk.weight", 0, 32},
        Named{"krea2", "diffusion_model.blocks.0.attn.gate", "blocks.0.attn.gate.weight", 0, 96},
        Named{"krea2", "lora_unet_blocks_0_mlp_up", "blocks.0.mlp.up.weight", 0, 288},
        Named{"krea2", "text_fusion.refiner_blocks.1.ff.down",
              "txtfusion.refiner_blocks.1.mlp.down.weight", 0, 32},
        Named{"krea2", "transformer.final_layer.linear", "last.linear.weight", 0, 64},
        Named{"qwen_image21", "transformer.transformer_blocks.1.attn.to_k",
              "transformer_blocks.1.attn.to_k.weight", 0, 64},
        Named{"qwen_image21", "diffusion_model.transformer_blocks.0.img_mlp.gate_layer",
              "transformer_blocks.0.img_mlp.gate_layer.weight", 0, 192},
        Named{"qwen_image21_fused", "transformer.transformer_blocks.0.img_mlp.proj",
              "transformer_blocks.0.img_mlp.gate_up.weight", 192, 192},
        Named{"qwen_image21_fused", "transformer.transformer_blocks.0.img_mlp.gate_layer",
              "transformer_blocks.0.img_mlp.gate_up.weight", 0, 192},
        Named{"qwen_image21", "lora_unet_transformer_blocks_1_img_mlp_out",
              "transformer_blocks.1.img_mlp.out.weight", 0, 64},
        Named{"flux", "lora_unet_double_blocks_0_img_attn_qkv", "double_blocks.0.img_attn.qkv.weight",
              0, 192},
        Named{"flux", "lora_unet_single_blocks_1_linear2", "single_blocks.1.linear2.weight", 0, 64},
        Named{"flux", "diffusion_model.single_blocks.0.linear1", "single_blocks.0.linear1.weight", 0,
              448},
        Named{"flux", "transformer.transformer_blocks.0.attn.to_k",
              "double_blocks.0.img_attn.qkv.weight", 64, 64},
        Named{"flux", "transformer.transformer_blocks.1.attn.add_v_proj",
              "double_blocks.1.txt_attn.qkv.weight", 128, 64},
        Named{"flux", "transformer.transformer_blocks.1.ff_context.net.0.proj",
              "double_blocks.1.txt_mlp.0.weight", 0, 256},
        Named{"flux", "transformer.single_transformer_blocks.0.proj_mlp",
              "single_blocks.0.linear1.weight", 192, 256},
        Named{"flux", "transformer.single_transformer_blocks.0.attn.to_q",
              "single_blocks.0.linear1.weight", 0, 64},
        Named{"flux", "lora_transformer_transformer_blocks_0_attn_to_out_0",
              "double_blocks.0.img_attn.proj.weight", 0, 64},
        Named{"flux_schnell", "base_model.model.transformer_blocks.0.norm1.linear",
              "double_blocks.0.img_mod.lin.weight", 0, 384},
        Named{"chroma", "transformer.transformer_blocks.0.attn.to_q",
              "double_blocks.0.img_attn.qkv.weight", 0, 64},
        Named{"chroma", "lora_unet_distilled_guidance_layer_layers_1_in_layer",
              "distilled_guidance_layer.layers.1.in_layer.weight", 0, 80},
        Named{"flux2", "lora_unet_double_blocks_0_txt_attn_qkv", "double_blocks.0.txt_attn.qkv.weight",
              0, 192},
        Named{"flux2", "diffusion_model.single_blocks.1.linear1", "single_blocks.1.linear1.weight", 0,
              576},
        Named{"flux2", "transformer.transformer_blocks.0.attn.to_v",
              "double_blocks.0.img_attn.qkv.weight", 128, 64},
        Named{"flux2", "transformer.transformer_blocks.1.attn.add_k_proj",
              "double_blocks.1.txt_attn.qkv.weight", 64, 64},
        Named{"flux2", "transformer.transformer_blocks.1.ff_context.linear_in",
              "double_blocks.1.txt_mlp.0.weight", 0, 384},
        Named{"flux2", "transformer.single_transformer_blocks.0.attn.to_qkv_mlp_proj",
              "single_blocks.0.linear1.weight", 0, 576},
        Named{"flux2", "lycoris_single_transformer_blocks_0_attn_to_out",
              "single_blocks.0.linear2.weight", 0, 64},
        Named{"flux2", "transformer.double_stream_modulation_txt.linear",
              "double_stream_modulation_txt.lin.weight", 0, 384},
        Named{"flux2_dev", "transformer.time_guidance_embed.guidance_embedder.linear_1",
              "guidance_in.in_layer.weight", 0, 64},
        Named{"z_image", "diffusion_model.layers.1.attention.to_v", "layers.1.attention.qkv.weight",
              192, 96},
        Named{"z_image", "lora_unet_layers_0_attention_qkv", "layers.0.attention.qkv.weight", 0, 288},
        Named{"z_image", "transformer.noise_refiner.0.attention.to_out.0",
              "noise_refiner.0.attention.out.weight", 0, 96},
        Named{"z_image", "diffusion_model.layers.0.feed_forward.w2", "layers.0.feed_forward.w2.weight",
              0, 96},
        Named{"sd35", "transformer.transformer_blocks.0.attn2.to_q",
              "joint_blocks.0.x_block.attn2.qkv.weight", 0, 64},
        Named{"sd3", "transformer.transformer_blocks.1.attn.add_q_proj",
              "joint_blocks.1.context_block.attn.qkv.weight", 0, 64},
        Named{"sd3", "lora_unet_joint_blocks_0_x_block_mlp_fc1",
              "joint_blocks.0.x_block.mlp.fc1.weight", 0, 256},
        Named{"sd3", "transformer.pos_embed.proj", "x_embedder.proj.weight", 0, 64}));

}  // namespace
}  // namespace ksampler
