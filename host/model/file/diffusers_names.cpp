#include "host/model/file/diffusers_names.hpp"

#include "host/model/file/diffusers_unet.hpp"

#include <array>
#include <span>
#include <vector>

namespace ksampler {
namespace {

using enum SingleName::Change;

// '#' stands for a number, the same in both.
struct RenamedLayer {
  std::string_view there;
  std::string_view here;
  int part = 0;
  SingleName::Change change = none;
};

// Flux.1's, and Chroma's.
constexpr std::array<RenamedLayer, 39> kFluxLayers = {{
    {"x_embedder", "img_in"},
    {"context_embedder", "txt_in"},
    {"time_text_embed.timestep_embedder.linear_1", "time_in.in_layer"},
    {"time_text_embed.timestep_embedder.linear_2", "time_in.out_layer"},
    {"time_text_embed.text_embedder.linear_1", "vector_in.in_layer"},
    {"time_text_embed.text_embedder.linear_2", "vector_in.out_layer"},
    {"time_text_embed.guidance_embedder.linear_1", "guidance_in.in_layer"},
    {"time_text_embed.guidance_embedder.linear_2", "guidance_in.out_layer"},
    {"distilled_guidance_layer.layers.#.linear_1", "distilled_guidance_layer.layers.#.in_layer"},
    {"distilled_guidance_layer.layers.#.linear_2", "distilled_guidance_layer.layers.#.out_layer"},
    {"distilled_guidance_layer.norms.#.weight", "distilled_guidance_layer.norms.#.scale"},
    {"transformer_blocks.#.norm1.linear", "double_blocks.#.img_mod.lin"},
    {"transformer_blocks.#.norm1_context.linear", "double_blocks.#.txt_mod.lin"},
    {"transformer_blocks.#.attn.to_q", "double_blocks.#.img_attn.qkv", 0},
    {"transformer_blocks.#.attn.to_k", "double_blocks.#.img_attn.qkv", 1},
    {"transformer_blocks.#.attn.to_v", "double_blocks.#.img_attn.qkv", 2},
    {"transformer_blocks.#.attn.add_q_proj", "double_blocks.#.txt_attn.qkv", 0},
    {"transformer_blocks.#.attn.add_k_proj", "double_blocks.#.txt_attn.qkv", 1},
    {"transformer_blocks.#.attn.add_v_proj", "double_blocks.#.txt_attn.qkv", 2},
    {"transformer_blocks.#.attn.norm_q.weight", "double_blocks.#.img_attn.norm.query_norm.scale"},
    {"transformer_blocks.#.attn.norm_k.weight", "double_blocks.#.img_attn.norm.key_norm.scale"},
    {"transformer_blocks.#.attn.norm_added_q.weight", "double_blocks.#.txt_attn.norm.query_norm.scale"},
    {"transformer_blocks.#.attn.norm_added_k.weight", "double_blocks.#.txt_attn.norm.key_norm.scale"},
    {"transformer_blocks.#.attn.to_out.0", "double_blocks.#.img_attn.proj"},
    {"transformer_blocks.#.attn.to_add_out", "double_blocks.#.txt_attn.proj"},
    {"transformer_blocks.#.ff.net.0.proj", "double_blocks.#.img_mlp.0"},
    {"transformer_blocks.#.ff.net.2", "double_blocks.#.img_mlp.2"},
    {"transformer_blocks.#.ff_context.net.0.proj", "double_blocks.#.txt_mlp.0"},
    {"transformer_blocks.#.ff_context.net.2", "double_blocks.#.txt_mlp.2"},
    {"single_transformer_blocks.#.norm.linear", "single_blocks.#.modulation.lin"},
    {"single_transformer_blocks.#.attn.to_q", "single_blocks.#.linear1", 0},
    {"single_transformer_blocks.#.attn.to_k", "single_blocks.#.linear1", 1},
    {"single_transformer_blocks.#.attn.to_v", "single_blocks.#.linear1", 2},
    {"single_transformer_blocks.#.proj_mlp", "single_blocks.#.linear1", 3},
    {"single_transformer_blocks.#.attn.norm_q.weight", "single_blocks.#.norm.query_norm.scale"},
    {"single_transformer_blocks.#.attn.norm_k.weight", "single_blocks.#.norm.key_norm.scale"},
    {"single_transformer_blocks.#.proj_out", "single_blocks.#.linear2"},
    {"norm_out.linear", "final_layer.adaLN_modulation.1", 0, halves_swapped},
    {"proj_out", "final_layer.linear"},
}};

// What Flux.2 has other than Flux.1.
constexpr std::array<RenamedLayer, 13> kFlux2Layers = {{
    {"time_guidance_embed.timestep_embedder.linear_1", "time_in.in_layer"},
    {"time_guidance_embed.timestep_embedder.linear_2", "time_in.out_layer"},
    {"time_guidance_embed.guidance_embedder.linear_1", "guidance_in.in_layer"},
    {"time_guidance_embed.guidance_embedder.linear_2", "guidance_in.out_layer"},
    {"double_stream_modulation_img.linear", "double_stream_modulation_img.lin"},
    {"double_stream_modulation_txt.linear", "double_stream_modulation_txt.lin"},
    {"single_stream_modulation.linear", "single_stream_modulation.lin"},
    {"transformer_blocks.#.ff.linear_in", "double_blocks.#.img_mlp.0"},
    {"transformer_blocks.#.ff.linear_out", "double_blocks.#.img_mlp.2"},
    {"transformer_blocks.#.ff_context.linear_in", "double_blocks.#.txt_mlp.0"},
    {"transformer_blocks.#.ff_context.linear_out", "double_blocks.#.txt_mlp.2"},
    {"single_transformer_blocks.#.attn.to_qkv_mlp_proj", "single_blocks.#.linear1"},
    {"single_transformer_blocks.#.attn.to_out", "single_blocks.#.linear2"},
}};

constexpr std::array<RenamedLayer, 32> kSd3Layers = {{
    {"pos_embed.pos_embed", "pos_embed"},
    {"pos_embed.proj", "x_embedder.proj"},
    {"time_text_embed.timestep_embedder.linear_1", "t_embedder.mlp.0"},
    {"time_text_embed.timestep_embedder.linear_2", "t_embedder.mlp.2"},
    {"time_text_embed.text_embedder.linear_1", "y_embedder.mlp.0"},
    {"time_text_embed.text_embedder.linear_2", "y_embedder.mlp.2"},
    {"transformer_blocks.#.norm1.linear", "joint_blocks.#.x_block.adaLN_modulation.1"},
    {"transformer_blocks.#.norm1_context.linear", "joint_blocks.#.context_block.adaLN_modulation.1"},
    {"transformer_blocks.#.attn.to_q", "joint_blocks.#.x_block.attn.qkv", 0},
    {"transformer_blocks.#.attn.to_k", "joint_blocks.#.x_block.attn.qkv", 1},
    {"transformer_blocks.#.attn.to_v", "joint_blocks.#.x_block.attn.qkv", 2},
    {"transformer_blocks.#.attn.add_q_proj", "joint_blocks.#.context_block.attn.qkv", 0},
    {"transformer_blocks.#.attn.add_k_proj", "joint_blocks.#.context_block.attn.qkv", 1},
    {"transformer_blocks.#.attn.add_v_proj", "joint_blocks.#.context_block.attn.qkv", 2},
    {"transformer_blocks.#.attn.norm_q", "joint_blocks.#.x_block.attn.ln_q"},
    {"transformer_blocks.#.attn.norm_k", "joint_blocks.#.x_block.attn.ln_k"},
    {"transformer_blocks.#.attn.norm_added_q", "joint_blocks.#.context_block.attn.ln_q"},
    {"transformer_blocks.#.attn.norm_added_k", "joint_blocks.#.context_block.attn.ln_k"},
    {"transformer_blocks.#.attn.to_out.0", "joint_blocks.#.x_block.attn.proj"},
    {"transformer_blocks.#.attn.to_add_out", "joint_blocks.#.context_block.attn.proj"},
    {"transformer_blocks.#.attn2.to_q", "joint_blocks.#.x_block.attn2.qkv", 0},
    {"transformer_blocks.#.attn2.to_k", "joint_blocks.#.x_block.attn2.qkv", 1},
    {"transformer_blocks.#.attn2.to_v", "joint_blocks.#.x_block.attn2.qkv", 2},
    {"transformer_blocks.#.attn2.norm_q", "joint_blocks.#.x_block.attn2.ln_q"},
    {"transformer_blocks.#.attn2.norm_k", "joint_blocks.#.x_block.attn2.ln_k"},
    {"transformer_blocks.#.attn2.to_out.0", "joint_blocks.#.x_block.attn2.proj"},
    {"transformer_blocks.#.ff.net.0.proj", "joint_blocks.#.x_block.mlp.fc1"},
    {"transformer_blocks.#.ff.net.2", "joint_blocks.#.x_block.mlp.fc2"},
    {"transformer_blocks.#.ff_context.net.0.proj", "joint_blocks.#.context_block.mlp.fc1"},
    {"transformer_blocks.#.ff_context.net.2", "joint_blocks.#.context_block.mlp.fc2"},
    {"proj_out", "final_layer.linear"},
    {"norm_out.linear", "final_layer.adaLN_modulation.1", 0, halves_swapped},
}};

constexpr std::array<RenamedLayer, 8> kZImageLayers = {{
    {"all_x_embedder.2-1", "x_embedder"},
    {"all_final_layer.2-1", "final_layer"},
    {"attention.to_q", "attention.qkv", 0},
    {"attention.to_k", "attention.qkv", 1},
    {"attention.to_v", "attention.qkv", 2},
    {"attention.to_out.0", "attention.out"},
    {"attention.norm_q", "attention.q_norm"},
    {"attention.norm_k", "attention.k_norm"},
}};

constexpr std::array<RenamedLayer, 10> kKrea2Ends = {{
    {"img_in", "first"},
    {"time_embed.linear_1", "tmlp.0"},
    {"time_embed.linear_2", "tmlp.2"},
    {"time_mod_proj", "tproj.1"},
    {"txt_in.norm.weight", "txtmlp.0.scale"},
    {"txt_in.linear_1", "txtmlp.1"},
    {"txt_in.linear_2", "txtmlp.3"},
    {"final_layer.linear", "last.linear"},
    {"final_layer.norm.weight", "last.norm.scale"},
    {"final_layer.scale_shift_table", "last.modulation.lin"},
}};
// Of a block of any list.
constexpr std::array<RenamedLayer, 13> kKrea2Block = {{
    {"attn.to_q", "attn.wq"},
    {"attn.to_k", "attn.wk"},
    {"attn.to_v", "attn.wv"},
    {"attn.to_out.0", "attn.wo"},
    {"attn.to_gate", "attn.gate"},
    {"attn.norm_q.weight", "attn.qknorm.qnorm.scale"},
    {"attn.norm_k.weight", "attn.qknorm.knorm.scale"},
    {"ff.gate", "mlp.gate"},
    {"ff.up", "mlp.up"},
    {"ff.down", "mlp.down"},
    {"norm1.weight", "prenorm.scale"},
    {"norm2.weight", "postnorm.scale"},
    {"scale_shift_table", "mod.lin", 0, flat},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What follows `pattern` at the beginning of `name`, and the numbers in it. None: it is none.
struct Match {
  std::vector<std::string_view> numbers;
  std::string_view rest;
};
std::optional<Match> match(std::string_view name, std::string_view pattern) {
  Match found;
  for (const char c : pattern) {
    std::size_t length = name.starts_with(c) ? 1 : 0;
    if (c == '#') {
      length = 0;
      while (length < name.size() && is_digit(name[length])) ++length;
      found.numbers.push_back(name.substr(0, length));
    }
    if (length == 0) return std::nullopt;
    name.remove_prefix(length);
  }
  if (!name.empty() && name.front() != '.') return std::nullopt;
  found.rest = name;
  return found;
}

std::string filled(std::string_view pattern, const Match& match) {
  std::string name;
  std::size_t number = 0;
  for (const char c : pattern) {
    if (c == '#') {
      name += match.numbers.at(number++);
    } else {
      name += c;
    }
  }
  return name.append(match.rest);
}

std::optional<SingleName> renamed(std::string_view name, std::span<const RenamedLayer> layers) {
  for (const RenamedLayer& layer : layers) {
    if (const auto found = match(name, layer.there)) {
      return SingleName{filled(layer.here, *found), layer.part, layer.change};
    }
  }
  return std::nullopt;
}

// The same of what stands behind a block's number.
std::optional<SingleName> renamed_in_block(std::string_view name, std::string_view block,
                                           std::string_view block_here,
                                           std::span<const RenamedLayer> layers) {
  const auto found = match(name, block);
  if (!found || found->rest.empty()) return std::nullopt;
  auto inner = renamed(found->rest.substr(1), layers);
  if (inner) inner->name = filled(block_here, {found->numbers, ""}) + "." + inner->name;
  return inner;
}

SingleName krea2_name(const std::string& name) {
  if (const auto found = renamed(name, kKrea2Ends)) return *found;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kBlocks = {
      {{"transformer_blocks.#", "blocks.#"},
       {"text_fusion.layerwise_blocks.#", "txtfusion.layerwise_blocks.#"},
       {"text_fusion.refiner_blocks.#", "txtfusion.refiner_blocks.#"}}};
  for (const auto& [there, here] : kBlocks) {
    if (const auto found = renamed_in_block(name, there, here, kKrea2Block)) return *found;
  }
  if (const auto found = match(name, "text_fusion")) return {"txtfusion" + std::string(found->rest)};
  return {name};
}

SingleName z_image_name(const std::string& name) {
  for (const std::string_view block : {"layers.#", "noise_refiner.#", "context_refiner.#"}) {
    if (const auto found = renamed_in_block(name, block, block, kZImageLayers)) return *found;
  }
  return renamed(name, kZImageLayers).value_or(SingleName{name});
}

// The last block's text is not gone on with: its norm has a scale and a shift alone.
SingleName sd3_name(const TensorEntries& tensors, const std::string& name) {
  SingleName found = renamed(name, kSd3Layers).value_or(SingleName{name});
  if (const auto block = match(name, "transformer_blocks.#.norm1_context.linear")) {
    const std::string goes_on =
        "transformer_blocks." + std::string(block->numbers[0]) + ".attn.to_add_out.weight";
    if (!tensors.contains(goes_on)) found.change = halves_swapped;
  }
  return found;
}

}  // namespace

std::optional<DiffusersLayout> diffusers_layout_of(const TensorEntries& tensors) {
  constexpr std::array<std::pair<const char*, DiffusersLayout>, 13> kMarks = {{
      {"controlnet_cond_embedding.conv_in.weight", DiffusersLayout::control_net},
      {"up_blocks.0.resnets.0.conv1.weight", DiffusersLayout::unet},  // which a ControlNet has not
      {"decoder.mid_block.resnets.0.norm1.gamma", DiffusersLayout::wan_autoencoder},
      {"encoder.down_blocks.0.resnets.0.conv1.weight", DiffusersLayout::autoencoder},
      {"decoder.up_blocks.0.resnets.0.conv1.weight", DiffusersLayout::autoencoder},
      {"double_stream_modulation_img.linear.weight", DiffusersLayout::flux2},
      {"single_transformer_blocks.0.attn.to_q.weight", DiffusersLayout::flux},
      {"pos_embed.proj.weight", DiffusersLayout::sd3},
      {"all_x_embedder.2-1.weight", DiffusersLayout::z_image},
      {"text_fusion.projector.weight", DiffusersLayout::krea2},
      {"embeddings.token_embedding.weight", DiffusersLayout::clip},
      {"embed_tokens.weight", DiffusersLayout::language},
      {"single_transformer_blocks.0.attn.norm_q.weight", DiffusersLayout::flux},
  }};
  for (const auto& [mark, layout] : kMarks) {
    if (tensors.contains(mark)) return layout;
  }
  return std::nullopt;
}

SingleName single_name(DiffusersLayout layout, const TensorEntries& tensors, const std::string& name) {
  switch (layout) {
    case DiffusersLayout::unet:
      return {single_unet_name(tensors, name)};
    case DiffusersLayout::control_net:
      return {single_control_name(tensors, name)};
    case DiffusersLayout::autoencoder:
      return single_autoencoder_name(tensors, name);
    case DiffusersLayout::wan_autoencoder:
      return {single_wan_name(tensors, name)};
    case DiffusersLayout::flux2:
      if (const auto found = renamed(name, kFlux2Layers)) return *found;
      [[fallthrough]];
    case DiffusersLayout::flux:
      return renamed(name, kFluxLayers).value_or(SingleName{name});
    case DiffusersLayout::sd3:
      return sd3_name(tensors, name);
    case DiffusersLayout::z_image:
      return z_image_name(name);
    case DiffusersLayout::krea2:
      return krea2_name(name);
    case DiffusersLayout::clip:
      return {"text_model." + name};
    case DiffusersLayout::language:
      return {"model." + name};
  }
  return {name};
}

}  // namespace ksampler
