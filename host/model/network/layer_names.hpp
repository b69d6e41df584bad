// Which weight each name in a LoRA file means. Trainers call the layers of one network by several
// names: those of its tensors, or those of diffusers and transformers, with dots or underscores, under
// several prefixes. All of them are keys here, so that to find a layer is to look it up.
#ifndef KSAMPLER_MODEL_NETWORK_LAYER_NAMES_HPP
#define KSAMPLER_MODEL_NETWORK_LAYER_NAMES_HPP

#include "host/model/network/clip_text.hpp"
#include "host/model/network/unet_plan.hpp"
#include "host/model/network/weights.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

// A layer: some rows of a tensor, all, or a third where one tensor holds q, k and v; and those of its
// bias.
struct LoraTarget {
  std::string tensor;     // its full name in the model's file
  std::string bias = {};  // likewise; empty: it has none
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  std::int64_t inputs = 1;   // the second dimension
  std::int64_t columns = 1;  // all but the first
  bool transposed = false;   // the tensor is the matrix's transpose, [columns,rows]
  bool may_widen = false;    // a LoRA may have more columns: the network is then shown more
};

using LoraTargets = std::map<std::string, LoraTarget>;

// What each module of the UNet ("input_blocks.4.1") is called in diffusers ("down_blocks.1.
// attentions.0"), in the order of its blocks.
std::vector<std::pair<std::string, std::string>> diffusers_names(const UnetPlan& plan);

// Trainers' names: dots are underscores in them.
std::string underscored(std::string name);

LoraTargets unet_lora_targets(const Weights& unet);

// Of transformers: by the names of their tensors and by diffusers', where q, k and v are layers each.
LoraTargets flux_lora_targets(const Weights& network);
LoraTargets flux2_lora_targets(const Weights& network);
LoraTargets sd3_lora_targets(const Weights& network);
LoraTargets krea2_lora_targets(const Weights& network);
LoraTargets anima_lora_targets(const Weights& network);
LoraTargets lumina2_lora_targets(const Weights& network);
LoraTargets z_image_lora_targets(const Weights& network);
LoraTargets qwen_image_lora_targets(const Weights& network);
LoraTargets qwen_image21_lora_targets(const Weights& network);

// `tower` counts from 0, of `towers`.
LoraTargets text_lora_targets(const ClipText& network, std::size_t tower, std::size_t towers);

}  // namespace ksampler

#endif
