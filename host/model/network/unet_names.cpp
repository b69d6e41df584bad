#include "host/model/file/diffusers_unet.hpp"
#include "host/model/network/layer_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ksampler {
namespace {

std::string numbered(std::string_view list, std::size_t index) {
  return std::string(list) + std::to_string(index);
}

class UnetNames {
 public:
  void add(std::string here, std::string there) {
    names_.emplace_back(std::move(here), std::move(there));
  }
  void add_residual(const std::string& here, const std::string& there) {
    for (const DiffusersLayer& layer : kUnetResidual) {
      add(here + "." + std::string(layer.here), there + "." + std::string(layer.there));
    }
  }
  std::vector<std::pair<std::string, std::string>> take() { return std::move(names_); }

 private:
  std::vector<std::pair<std::string, std::string>> names_;
};

// The blocks of one side. diffusers counts levels, and in each level the residual blocks, the
// attentions and the change of resolution; here all are one list.
void add_side(UnetNames& names, const std::vector<UnetBlock>& blocks, std::string_view list,
              std::size_t first, std::string_view side) {
  std::size_t level = 0;
  std::size_t in_level = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const UnetBlock& block = blocks[i];
    const std::string here = numbered(list, first + i);
    const std::string there = numbered(side, level);
    if (block.down) {
      names.add(here + ".0.op", there + ".downsamplers.0.conv");
    } else {
      names.add_residual(here + ".0", there + numbered(".resnets.", in_level));
      if (block.depth > 0) names.add(here + ".1", there + numbered(".attentions.", in_level));
      ++in_level;
    }
    if (block.up) {
      names.add(here + (block.depth > 0 ? ".2.conv" : ".1.conv"), there + ".upsamplers.0.conv");
    }
    if (!block.down && !block.up) continue;
    ++level;
    in_level = 0;
  }
}

// `name` is `module` or lies in it.
bool lies_in(std::string_view name, std::string_view module) {
  return name.starts_with(module) && (name.size() == module.size() || name[module.size()] == '.');
}

// diffusers before 0.20 had the matrices in an object beside the layer: "attn1.processor.to_q_lora.up",
// and "to_out" for "to_out.0".
void add_processor_names(std::vector<std::string>& aliases, const std::string& name) {
  const std::size_t at = name.rfind(".to_");
  if (at == std::string::npos) return;
  std::string layer = name.substr(at + 1);
  if (layer == "to_out.0") layer = "to_out";
  const std::string attention = name.substr(0, at + 1);
  for (const char* root : {"", "unet."}) {
    aliases.push_back(root + attention + "processor." + layer);
    aliases.push_back(root + attention + layer);
  }
}

// What stands before the names of a UNet's layers, whichever they are: its own, or diffusers'.
constexpr std::array<std::string_view, 7> kDottedRoots = {"",
                                                          "unet.",
                                                          "diffusion_model.",
                                                          "model.diffusion_model.",
                                                          "unet.diffusion_model.",
                                                          "base_model.model.",
                                                          "unet.base_model.model."};
constexpr std::array<std::string_view, 3> kUnderscoredRoots = {"lora_unet_", "lycoris_",
                                                               "lora_unet_diffusion_model_"};

std::vector<std::string> unet_aliases(const std::string& here, const std::string& there) {
  std::vector<std::string> aliases;
  for (const std::string& name : {here, there}) {
    if (name.empty()) continue;
    for (const std::string_view root : kDottedRoots) aliases.push_back(std::string(root) + name);
    for (const std::string_view root : kUnderscoredRoots) {
      aliases.push_back(std::string(root) + underscored(name));
    }
    add_processor_names(aliases, name);
  }
  return aliases;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> diffusers_names(const UnetPlan& plan) {
  UnetNames names;
  for (const DiffusersLayer& end : kUnetEnds) names.add(std::string(end.here), std::string(end.there));
  add_side(names, plan.input, "input_blocks.", 1, "down_blocks.");
  if (plan.has_middle) names.add_residual("middle_block.0", "mid_block.resnets.0");
  if (plan.middle_depth > 0) {
    names.add("middle_block.1", "mid_block.attentions.0");
    names.add_residual("middle_block.2", "mid_block.resnets.1");
  }
  add_side(names, plan.output, "output_blocks.", 0, "up_blocks.");
  return names.take();
}

LoraTargets unet_lora_targets(const Weights& unet) {
  const auto names = diffusers_names(read_unet_plan(unet));
  constexpr std::string_view kWeight = ".weight";
  LoraTargets targets;
  for (const std::string& tensor : unet.names()) {
    const std::vector<std::int64_t> shape = unet.shape(tensor);
    if (!tensor.ends_with(kWeight) || shape.empty() || shape[0] == 0) continue;
    const std::string here = tensor.substr(0, tensor.size() - kWeight.size());
    const auto renamed = std::find_if(names.begin(), names.end(),
                                      [&](const auto& each) { return lies_in(here, each.first); });
    const std::string there =
        renamed == names.end() ? "" : renamed->second + here.substr(renamed->first.size());
    LoraTarget target{.tensor = unet.prefix() + tensor,
                      .bias = unet.has(here + ".bias") ? unet.prefix() + here + ".bias" : "",
                      .rows = shape[0],
                      .inputs = shape.size() > 1 ? shape[1] : 1};
    for (std::size_t i = 1; i < shape.size(); ++i) target.columns *= shape[i];
    for (const std::string& alias : unet_aliases(here, there)) targets.emplace(alias, target);
  }
  return targets;
}

}  // namespace ksampler
