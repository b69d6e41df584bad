#include "host/model/file/diffusers_unet.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace ksampler {
namespace {

using Renaming = DiffusersLayer;

// Its names before 2023, too.
constexpr std::array<Renaming, 9> kAutoencoderAttention = {{{"group_norm", "norm"},
                                                            {"to_q", "q"},
                                                            {"to_k", "k"},
                                                            {"to_v", "v"},
                                                            {"to_out.0", "proj_out"},
                                                            {"query", "q"},
                                                            {"key", "k"},
                                                            {"value", "v"},
                                                            {"proj_attn", "proj_out"}}};

bool has_any_at(const TensorEntries& tensors, const std::string& prefix) {
  const auto next = tensors.lower_bound(prefix);
  return next != tensors.end() && next->first.starts_with(prefix);
}

int count_at(const TensorEntries& tensors, const std::string& list) {
  int count = 0;
  while (has_any_at(tensors, list + std::to_string(count) + ".")) ++count;
  return count;
}

// Takes "<word>." from the front. Whether it was there.
bool take_word(std::string_view& name, std::string_view word) {
  if (name.size() <= word.size() || !name.starts_with(word) || name[word.size()] != '.') return false;
  name.remove_prefix(word.size() + 1);
  return true;
}

// Takes "<number>." from the front; -1: it is none.
int take_number(std::string_view& name) {
  int number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end == name.data() + name.size() || *end != '.') return -1;
  name.remove_prefix(static_cast<std::size_t>(end - name.data()) + 1);
  return number;
}

template <std::size_t count>
std::string with_layer(std::string_view name, const std::array<Renaming, count>& layers) {
  for (const auto& [there, here] : layers) {
    std::string_view rest = name;
    if (take_word(rest, there)) return std::string(here).append(".").append(rest);
  }
  return std::string(name);
}

std::string numbered(const char* list, int number, std::string_view rest) {
  return std::string(list) + std::to_string(number) + "." + std::string(rest);
}

std::string numbered_block(const char* list, int block, int layer, std::string_view rest) {
  return std::string(list) + std::to_string(block) + "." + std::to_string(layer) + "." +
         std::string(rest);
}

// A level's blocks: how many stand before them, how many they are, and whether they have attention.
struct Level {
  int first = 0;
  int blocks = 0;
  bool attends = false;
};

Level level_of(const TensorEntries& tensors, const std::string& side, const char* resize, int level) {
  Level found;
  for (int i = 0; i <= level; ++i) {
    const std::string here = side + std::to_string(i) + ".";
    found.first += found.blocks;
    if (i > 0 && resize != nullptr &&
        has_any_at(tensors, side + std::to_string(i - 1) + "." + resize)) {
      ++found.first;  // a block of its own
    }
    found.blocks = count_at(tensors, here + "resnets.");
    found.attends = has_any_at(tensors, here + "attentions.");
  }
  return found;
}

std::string down_name(const TensorEntries& tensors, std::string_view rest, const std::string& name) {
  const int number = take_number(rest);
  if (number < 0) return name;
  const Level level = level_of(tensors, "down_blocks.", "downsamplers.", number);
  const int first = 1 + level.first;
  if (take_word(rest, "downsamplers.0.conv")) {
    return numbered_block("input_blocks.", first + level.blocks, 0, "op.") + std::string(rest);
  }
  if (take_word(rest, "resnets")) {
    const int block = take_number(rest);
    return numbered_block("input_blocks.", first + block, 0, with_layer(rest, kUnetResidual));
  }
  if (take_word(rest, "attentions")) {
    const int block = take_number(rest);
    return numbered_block("input_blocks.", first + block, 1, rest);
  }
  return name;
}

std::string up_name(const TensorEntries& tensors, std::string_view rest, const std::string& name) {
  const int number = take_number(rest);
  if (number < 0) return name;
  const Level level = level_of(tensors, "up_blocks.", nullptr, number);
  if (take_word(rest, "upsamplers.0.conv")) {
    return numbered_block("output_blocks.", level.first + level.blocks - 1, level.attends ? 2 : 1,
                          "conv.") +
           std::string(rest);
  }
  if (take_word(rest, "resnets")) {
    const int block = take_number(rest);
    return numbered_block("output_blocks.", level.first + block, 0, with_layer(rest, kUnetResidual));
  }
  if (take_word(rest, "attentions")) {
    const int block = take_number(rest);
    return numbered_block("output_blocks.", level.first + block, 1, rest);
  }
  return name;
}

std::string middle_name(std::string_view rest, const std::string& name) {
  if (take_word(rest, "attentions.0")) return "middle_block.1." + std::string(rest);
  if (take_word(rest, "resnets.0")) return "middle_block.0." + with_layer(rest, kUnetResidual);
  if (take_word(rest, "resnets.1")) return "middle_block.2." + with_layer(rest, kUnetResidual);
  return name;
}

std::string autoencoder_block(std::string_view rest) {
  return with_layer(rest, std::array<Renaming, 1>{{{"conv_shortcut", "nin_shortcut"}}});
}

// "0.conv1.weight".
std::string autoencoder_resnet(std::string_view rest) {
  const int block = take_number(rest);
  return std::to_string(block) + "." + autoencoder_block(rest);
}

// Of one half: "encoder" or "decoder".
SingleName autoencoder_half(const TensorEntries& tensors, const std::string& half,
                            std::string_view rest, const std::string& name) {
  const std::string begin = half + ".";
  if (take_word(rest, "conv_norm_out")) return {begin + "norm_out." + std::string(rest)};
  if (take_word(rest, "mid_block.resnets.0")) return {begin + "mid.block_1." + autoencoder_block(rest)};
  if (take_word(rest, "mid_block.resnets.1")) return {begin + "mid.block_2." + autoencoder_block(rest)};
  if (take_word(rest, "mid_block.attentions.0")) {
    const bool is_matrix = !rest.starts_with("group_norm") && rest.ends_with(".weight");
    return {.name = begin + "mid.attn_1." + with_layer(rest, kAutoencoderAttention),
            .change = is_matrix ? SingleName::Change::convolution : SingleName::Change::none};
  }
  const bool down = take_word(rest, "down_blocks");
  if (!down && !take_word(rest, "up_blocks")) return {name};
  int level = take_number(rest);
  if (!down) level = count_at(tensors, begin + "up_blocks.") - 1 - level;
  const std::string here = begin + (down ? "down." : "up.") + std::to_string(level) + ".";
  if (take_word(rest, "resnets")) return {here + "block." + autoencoder_resnet(rest)};
  if (take_word(rest, "downsamplers.0")) return {here + "downsample." + std::string(rest)};
  if (take_word(rest, "upsamplers.0")) return {here + "upsample." + std::string(rest)};
  return {name};
}

constexpr std::array<Renaming, 5> kWanBlock = {{{"norm1", "residual.0"},
                                                {"conv1", "residual.2"},
                                                {"norm2", "residual.3"},
                                                {"conv2", "residual.6"},
                                                {"conv_shortcut", "shortcut"}}};
constexpr std::array<Renaming, 4> kWanEnds = {{{"conv_in", "conv1"},
                                               {"norm_out", "head.0"},
                                               {"conv_out", "head.2"},
                                               {"mid_block.attentions.0", "middle.1"}}};

std::string wan_half(const TensorEntries& tensors, const std::string& half, std::string_view rest,
                     const std::string& name) {
  const std::string begin = half + ".";
  if (take_word(rest, "mid_block.resnets.0")) return begin + "middle.0." + with_layer(rest, kWanBlock);
  if (take_word(rest, "mid_block.resnets.1")) return begin + "middle.2." + with_layer(rest, kWanBlock);
  if (take_word(rest, "down_blocks")) {  // which are one list, as they are here
    const int block = take_number(rest);
    return begin + "downsamples." + std::to_string(block) + "." + with_layer(rest, kWanBlock);
  }
  if (!take_word(rest, "up_blocks")) return begin + with_layer(rest, kWanEnds);
  const int level = take_number(rest);
  const int blocks = count_at(tensors, begin + "up_blocks." + std::to_string(level) + ".resnets.");
  const int first = level * (blocks + 1);  // each level but the last ends in what makes it larger
  if (take_word(rest, "upsamplers.0")) {
    return begin + "upsamples." + std::to_string(first + blocks) + "." + std::string(rest);
  }
  if (!take_word(rest, "resnets")) return name;
  const int block = take_number(rest);
  return begin + "upsamples." + std::to_string(first + block) + "." + with_layer(rest, kWanBlock);
}

}  // namespace

std::string single_wan_name(const TensorEntries& tensors, const std::string& name) {
  for (const char* half : {"encoder", "decoder"}) {
    std::string_view rest = name;
    if (take_word(rest, half)) return wan_half(tensors, half, rest, name);
  }
  return with_layer(name,
                    std::array<Renaming, 2>{{{"quant_conv", "conv1"}, {"post_quant_conv", "conv2"}}});
}

std::string single_unet_name(const TensorEntries& tensors, const std::string& name) {
  std::string_view rest = name;
  if (take_word(rest, "down_blocks")) return down_name(tensors, rest, name);
  if (take_word(rest, "up_blocks")) return up_name(tensors, rest, name);
  if (take_word(rest, "mid_block")) return middle_name(rest, name);
  return with_layer(name, kUnetEnds);
}

// The layers that look at a picture are convolutions, with activations between them that count, too.
std::string single_control_name(const TensorEntries& tensors, const std::string& name) {
  const auto hint = [](int convolution, std::string_view rest) {
    return numbered("input_hint_block.", 2 * convolution, rest);
  };
  std::string_view rest = name;
  if (take_word(rest, "controlnet_cond_embedding")) {
    if (take_word(rest, "conv_in")) return hint(0, rest);
    if (take_word(rest, "conv_out")) {
      return hint(1 + count_at(tensors, "controlnet_cond_embedding.blocks."), rest);
    }
    if (take_word(rest, "blocks")) {
      const int block = take_number(rest);
      return hint(1 + block, rest);
    }
    return name;
  }
  if (take_word(rest, "controlnet_down_blocks")) {
    const int block = take_number(rest);
    return numbered("zero_convs.", block, "0." + std::string(rest));
  }
  if (take_word(rest, "controlnet_mid_block")) return "middle_block_out.0." + std::string(rest);
  return single_unet_name(tensors, name);
}

SingleName single_autoencoder_name(const TensorEntries& tensors, const std::string& name) {
  for (const char* half : {"encoder", "decoder"}) {
    std::string_view rest = name;
    if (take_word(rest, half)) return autoencoder_half(tensors, half, rest, name);
  }
  if (!tensors.contains("bn.running_mean")) return {name};  // as Flux.2's has
  if (name.starts_with("quant_conv.")) return {"encoder." + name};
  return {name.starts_with("post_quant_conv.") ? "decoder." + name : name};
}

}  // namespace ksampler
