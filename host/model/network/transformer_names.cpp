// What LoRAs for transformers call their layers. Their trainers (kohya's, ai-toolkit, OneTrainer, peft)
// write the names of the tensors or those of diffusers, which cut what is one tensor here into parts.
#include "host/model/network/layer_names.hpp"
#include "host/model/network/layers.hpp"

#include <array>
#include <string_view>

namespace ksampler {
namespace {

constexpr std::array<std::string_view, 6> kDottedBeginnings = {
    "", "diffusion_model.", "model.diffusion_model.", "transformer.", "base_model.model.", "unet."};
constexpr std::array<std::string_view, 3> kUnderscoredBeginnings = {"lora_unet_", "lora_transformer_",
                                                                    "lycoris_"};

class Targets {
 public:
  explicit Targets(const Weights& network) : network_(network) {
    for (const std::string& tensor : network.names()) {
      const std::vector<std::int64_t> shape = network.shape(tensor);
      const bool is_layer = tensor.ends_with(".weight") || tensor.ends_with("_norm.scale");
      if (!is_layer || shape.empty() || shape[0] == 0) continue;
      add(tensor.substr(0, tensor.rfind('.')), tensor, 0, shape[0]);
    }
  }

  // diffusers' name of the whole layer `here`, or of `rows` of it from `first` on.
  void add_part(const std::string& there, const std::string& here, std::int64_t first = 0,
                std::int64_t rows = 0) {
    const std::string tensor = here + ".weight";
    if (!network_.has(tensor)) return;
    const std::vector<std::int64_t> shape = network_.shape(tensor);
    if (shape.empty()) return;
    const std::int64_t count = rows == 0 ? shape[0] : rows;
    if (first + count <= shape[0]) add(there, tensor, first, count);
  }

  // q, k and v, which are a third each of the first 3 * width rows.
  void add_thirds(const std::string& there, const std::array<const char*, 3>& names,
                  const std::string& here, std::int64_t width) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      add_part(there + names.at(i), here, static_cast<std::int64_t>(i) * width, width);
    }
  }

  // A LoRA may have it take more.
  void let_widen(const std::string& here) {
    const std::string tensor = network_.prefix() + here + ".weight";
    for (auto& [name, target] : targets_) target.may_widen |= target.tensor == tensor;
  }

  LoraTargets take() { return std::move(targets_); }

 private:
  void add(const std::string& name, const std::string& tensor, std::int64_t first, std::int64_t rows) {
    const std::vector<std::int64_t> shape = network_.shape(tensor);
    const std::string bias = tensor.substr(0, tensor.rfind('.')) + ".bias";
    LoraTarget target{.tensor = network_.prefix() + tensor,
                      .bias = network_.has(bias) ? network_.prefix() + bias : "",
                      .first_row = first,
                      .rows = rows,
                      .inputs = shape.size() > 1 ? shape[1] : 1};
    for (std::size_t i = 1; i < shape.size(); ++i) target.columns *= shape[i];
    for (const std::string_view root : kDottedBeginnings)
      targets_.emplace(std::string(root) + name, target);
    for (const std::string_view root : kUnderscoredBeginnings) {
      targets_.emplace(std::string(root) + underscored(name), target);
    }
  }

  const Weights& network_;
  LoraTargets targets_;
};

constexpr std::array<const char*, 3> kQkv = {"to_q", "to_k", "to_v"};
constexpr std::array<const char*, 3> kAddedQkv = {"add_q_proj", "add_k_proj", "add_v_proj"};

std::string block(const char* list, std::int64_t i) { return list + std::to_string(i) + "."; }

// Layers that embed a number or the pooled text.
void add_embedder(Targets& targets, const std::string& there, const std::string& first,
                  const std::string& second) {
  targets.add_part("time_text_embed." + there + ".linear_1", first);
  targets.add_part("time_text_embed." + there + ".linear_2", second);
}

}  // namespace

LoraTargets flux_lora_targets(const Weights& network) {
  Targets targets(network);
  const std::int64_t width = matrix_sizes(network, "img_in.weight").first;
  targets.add_part("x_embedder", "img_in");
  targets.add_part("context_embedder", "txt_in");
  targets.add_part("proj_out", "final_layer.linear");
  add_embedder(targets, "timestep_embedder", "time_in.in_layer", "time_in.out_layer");
  add_embedder(targets, "text_embedder", "vector_in.in_layer", "vector_in.out_layer");
  add_embedder(targets, "guidance_embedder", "guidance_in.in_layer", "guidance_in.out_layer");
  for (std::int64_t i = 0; i < count_of(network, "double_blocks."); ++i) {
    const std::string here = block("double_blocks.", i);
    const std::string there = block("transformer_blocks.", i);
    targets.add_thirds(there + "attn.", kQkv, here + "img_attn.qkv", width);
    targets.add_thirds(there + "attn.", kAddedQkv, here + "txt_attn.qkv", width);
    targets.add_part(there + "attn.to_out.0", here + "img_attn.proj");
    targets.add_part(there + "attn.to_add_out", here + "txt_attn.proj");
    targets.add_part(there + "norm1.linear", here + "img_mod.lin");
    targets.add_part(there + "norm1_context.linear", here + "txt_mod.lin");
    targets.add_part(there + "ff.net.0.proj", here + "img_mlp.0");
    targets.add_part(there + "ff.net.2", here + "img_mlp.2");
    targets.add_part(there + "ff_context.net.0.proj", here + "txt_mlp.0");
    targets.add_part(there + "ff_context.net.2", here + "txt_mlp.2");
  }
  for (std::int64_t i = 0; i < count_of(network, "single_blocks."); ++i) {
    const std::string here = block("single_blocks.", i);
    const std::string there = block("single_transformer_blocks.", i);
    targets.add_thirds(there + "attn.", kQkv, here + "linear1", width);
    const std::int64_t rows = matrix_sizes(network, here + "linear1.weight").first;
    targets.add_part(here + "linear1_qkv", here + "linear1", 0, 3 * width);
    targets.add_part(there + "proj_mlp", here + "linear1", 3 * width, rows - 3 * width);
    targets.add_part(there + "proj_out", here + "linear2");
    targets.add_part(there + "norm.linear", here + "modulation.lin");
  }
  targets.let_widen("img_in");  // Depth's and Canny's
  return targets.take();
}

// diffusers' norm_out is not among them: its rows are in another order there.
LoraTargets flux2_lora_targets(const Weights& network) {
  Targets targets(network);
  const std::int64_t width = matrix_sizes(network, "img_in.weight").first;
  targets.add_part("x_embedder", "img_in");
  targets.add_part("context_embedder", "txt_in");
  targets.add_part("proj_out", "final_layer.linear");
  const std::string embed = "time_guidance_embed.";
  targets.add_part(embed + "timestep_embedder.linear_1", "time_in.in_layer");
  targets.add_part(embed + "timestep_embedder.linear_2", "time_in.out_layer");
  targets.add_part(embed + "guidance_embedder.linear_1", "guidance_in.in_layer");
  targets.add_part(embed + "guidance_embedder.linear_2", "guidance_in.out_layer");
  for (const std::string modulation :
       {"double_stream_modulation_img", "double_stream_modulation_txt", "single_stream_modulation"}) {
    targets.add_part(modulation + ".linear", modulation + ".lin");
  }
  for (std::int64_t i = 0; i < count_of(network, "double_blocks."); ++i) {
    const std::string here = block("double_blocks.", i);
    const std::string there = block("transformer_blocks.", i);
    targets.add_thirds(there + "attn.", kQkv, here + "img_attn.qkv", width);
    targets.add_thirds(there + "attn.", kAddedQkv, here + "txt_attn.qkv", width);
    targets.add_part(there + "attn.to_qkv", here + "img_attn.qkv");
    targets.add_part(there + "attn.to_added_qkv", here + "txt_attn.qkv");
    targets.add_part(there + "attn.to_out.0", here + "img_attn.proj");
    targets.add_part(there + "attn.to_add_out", here + "txt_attn.proj");
    targets.add_part(there + "ff.linear_in", here + "img_mlp.0");
    targets.add_part(there + "ff.linear_out", here + "img_mlp.2");
    targets.add_part(there + "ff_context.linear_in", here + "txt_mlp.0");
    targets.add_part(there + "ff_context.linear_out", here + "txt_mlp.2");
  }
  for (std::int64_t i = 0; i < count_of(network, "single_blocks."); ++i) {
    const std::string here = block("single_blocks.", i);
    const std::string there = block("single_transformer_blocks.", i);
    targets.add_part(there + "attn.to_qkv_mlp_proj", here + "linear1");
    targets.add_part(there + "attn.to_out", here + "linear2");
  }
  return targets.take();
}

LoraTargets sd3_lora_targets(const Weights& network) {
  Targets targets(network);
  const std::int64_t width = matrix_sizes(network, "context_embedder.weight").first;
  targets.add_part("pos_embed.proj", "x_embedder.proj");
  targets.add_part("proj_out", "final_layer.linear");
  add_embedder(targets, "timestep_embedder", "t_embedder.mlp.0", "t_embedder.mlp.2");
  add_embedder(targets, "text_embedder", "y_embedder.mlp.0", "y_embedder.mlp.2");
  for (std::int64_t i = 0; i < count_of(network, "joint_blocks."); ++i) {
    const std::string here = block("joint_blocks.", i);
    const std::string there = block("transformer_blocks.", i);
    targets.add_thirds(there + "attn.", kQkv, here + "x_block.attn.qkv", width);
    targets.add_thirds(there + "attn.", kAddedQkv, here + "context_block.attn.qkv", width);
    targets.add_thirds(there + "attn2.", kQkv, here + "x_block.attn2.qkv", width);
    targets.add_part(there + "attn.to_out.0", here + "x_block.attn.proj");
    targets.add_part(there + "attn.to_add_out", here + "context_block.attn.proj");
    targets.add_part(there + "attn2.to_out.0", here + "x_block.attn2.proj");
    targets.add_part(there + "norm1.linear", here + "x_block.adaLN_modulation.1");
    targets.add_part(there + "norm1_context.linear", here + "context_block.adaLN_modulation.1");
    targets.add_part(there + "ff.net.0.proj", here + "x_block.mlp.fc1");
    targets.add_part(there + "ff.net.2", here + "x_block.mlp.fc2");
    targets.add_part(there + "ff_context.net.0.proj", here + "context_block.mlp.fc1");
    targets.add_part(there + "ff_context.net.2", here + "context_block.mlp.fc2");
  }
  return targets.take();
}

// Its tensors are called as diffusers calls them.
LoraTargets qwen_image_lora_targets(const Weights& network) { return Targets(network).take(); }

// But for a gate that stands above what it gates, in one tensor (ComfyUI's files).
LoraTargets qwen_image21_lora_targets(const Weights& network) {
  Targets targets(network);
  for (std::int64_t i = 0; i < count_of(network, "transformer_blocks."); ++i) {
    const std::string feed = block("transformer_blocks.", i) + "img_mlp.";
    const std::string both = feed + "gate_up";
    if (!network.has(both + ".weight")) continue;
    const std::int64_t half = matrix_sizes(network, both + ".weight").first / 2;
    targets.add_part(feed + "gate_layer", both, 0, half);
    targets.add_part(feed + "proj", both, half, half);
  }
  return targets.take();
}

LoraTargets krea2_lora_targets(const Weights& network) {
  Targets targets(network);
  constexpr std::array<std::array<const char*, 2>, 8> kLayers = {{{"attn.to_q", "attn.wq"},
                                                                  {"attn.to_k", "attn.wk"},
                                                                  {"attn.to_v", "attn.wv"},
                                                                  {"attn.to_out.0", "attn.wo"},
                                                                  {"attn.to_gate", "attn.gate"},
                                                                  {"ff.gate", "mlp.gate"},
                                                                  {"ff.up", "mlp.up"},
                                                                  {"ff.down", "mlp.down"}}};
  constexpr std::array<std::array<const char*, 2>, 3> kLists = {
      {{"transformer_blocks.", "blocks."},
       {"text_fusion.layerwise_blocks.", "txtfusion.layerwise_blocks."},
       {"text_fusion.refiner_blocks.", "txtfusion.refiner_blocks."}}};
  for (const auto& [there, here] : kLists) {
    for (std::int64_t i = 0; i < count_of(network, here); ++i) {
      for (const auto& layer : kLayers)
        targets.add_part(block(there, i) + layer[0], block(here, i) + layer[1]);
    }
  }
  constexpr std::array<std::array<const char*, 2>, 8> kSingle = {
      {{"img_in", "first"},
       {"time_embed.linear_1", "tmlp.0"},
       {"time_embed.linear_2", "tmlp.2"},
       {"time_mod_proj", "tproj.1"},
       {"txt_in.linear_1", "txtmlp.1"},
       {"txt_in.linear_2", "txtmlp.3"},
       {"text_fusion.projector", "txtfusion.projector"},
       {"final_layer.linear", "last.linear"}}};
  for (const auto& [there, here] : kSingle) targets.add_part(there, here);
  return targets.take();
}

LoraTargets anima_lora_targets(const Weights& network) {
  Targets targets(network);
  constexpr std::array<std::array<const char*, 2>, 16> kLayers = {
      {{"norm1.linear_1", "adaln_modulation_self_attn.1"},
       {"norm1.linear_2", "adaln_modulation_self_attn.2"},
       {"norm2.linear_1", "adaln_modulation_cross_attn.1"},
       {"norm2.linear_2", "adaln_modulation_cross_attn.2"},
       {"norm3.linear_1", "adaln_modulation_mlp.1"},
       {"norm3.linear_2", "adaln_modulation_mlp.2"},
       {"attn1.to_q", "self_attn.q_proj"},
       {"attn1.to_k", "self_attn.k_proj"},
       {"attn1.to_v", "self_attn.v_proj"},
       {"attn1.to_out.0", "self_attn.output_proj"},
       {"attn2.to_q", "cross_attn.q_proj"},
       {"attn2.to_k", "cross_attn.k_proj"},
       {"attn2.to_v", "cross_attn.v_proj"},
       {"attn2.to_out.0", "cross_attn.output_proj"},
       {"ff.net.0.proj", "mlp.layer1"},
       {"ff.net.2", "mlp.layer2"}}};
  for (std::int64_t i = 0; i < count_of(network, "blocks."); ++i) {
    for (const auto& [there, here] : kLayers) {
      targets.add_part(block("transformer_blocks.", i) + there, block("blocks.", i) + here);
    }
  }
  constexpr std::array<std::array<const char*, 2>, 6> kSingle = {
      {{"patch_embed.proj", "x_embedder.proj.1"},
       {"time_embed.t_embedder.linear_1", "t_embedder.1.linear_1"},
       {"time_embed.t_embedder.linear_2", "t_embedder.1.linear_2"},
       {"norm_out.linear_1", "final_layer.adaln_modulation.1"},
       {"norm_out.linear_2", "final_layer.adaln_modulation.2"},
       {"proj_out", "final_layer.linear"}}};
  for (const auto& [there, here] : kSingle) targets.add_part(there, here);
  // diffusers has the adapter as a network of its own.
  const std::string adapter = "llm_adapter.";
  constexpr std::string_view kWeight = ".weight";
  for (const std::string& tensor : network.within(adapter).names()) {
    if (!tensor.ends_with(kWeight)) continue;
    const std::string layer = tensor.substr(0, tensor.size() - kWeight.size());
    targets.add_part("text_conditioner." + layer, adapter + layer);
  }
  return targets.take();
}

LoraTargets lumina2_lora_targets(const Weights& network) {
  Targets targets(network);
  const std::int64_t width = matrix_sizes(network, "x_embedder.weight").first;
  const std::string embed = "time_caption_embed.";
  targets.add_part(embed + "caption_embedder.1", "cap_embedder.1");
  targets.add_part(embed + "timestep_embedder.linear_1", "t_embedder.mlp.0");
  targets.add_part(embed + "timestep_embedder.linear_2", "t_embedder.mlp.2");
  targets.add_part("norm_out.linear_1", "final_layer.adaLN_modulation.1");
  targets.add_part("norm_out.linear_2", "final_layer.linear");
  for (const char* list : {"layers.", "noise_refiner.", "context_refiner."}) {
    for (std::int64_t i = 0; i < count_of(network, list); ++i) {
      const std::string begin = block(list, i);
      const std::string qkv = begin + "attention.qkv";
      const std::int64_t shared = (matrix_sizes(network, qkv + ".weight").first - width) / 2;
      // ComfyUI's names for Z-Image's are taken for this one's, too.
      for (const std::string& attention : {begin + "attn.", begin + "attention."}) {
        targets.add_part(attention + "to_q", qkv, 0, width);
        targets.add_part(attention + "to_k", qkv, width, shared);
        targets.add_part(attention + "to_v", qkv, width + shared, shared);
        targets.add_part(attention + "to_out.0", begin + "attention.out");
      }
      targets.add_part(begin + "norm1.linear", begin + "adaLN_modulation.1");
      for (const char* number : {"1", "2", "3"}) {
        targets.add_part(begin + "feed_forward.linear_" + number, begin + "feed_forward.w" + number);
      }
    }
  }
  return targets.take();
}

LoraTargets z_image_lora_targets(const Weights& network) {
  Targets targets(network);
  const std::int64_t width = matrix_sizes(network, "x_embedder.weight").first;
  targets.add_part("all_x_embedder.2-1", "x_embedder");
  targets.add_part("all_final_layer.2-1.linear", "final_layer.linear");
  targets.add_part("all_final_layer.2-1.adaLN_modulation.1", "final_layer.adaLN_modulation.1");
  for (const char* list : {"layers.", "noise_refiner.", "context_refiner."}) {
    for (std::int64_t i = 0; i < count_of(network, list); ++i) {
      const std::string attention = block(list, i) + "attention.";
      targets.add_thirds(attention, kQkv, attention + "qkv", width);
      targets.add_part(attention + "to_out.0", attention + "out");
    }
  }
  return targets.take();
}

}  // namespace ksampler
