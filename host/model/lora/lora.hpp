// From a LoRA file and the names of a network's weights to what changes them.
#ifndef KSAMPLER_MODEL_LORA_LORA_HPP
#define KSAMPLER_MODEL_LORA_LORA_HPP

#include "host/model/lora/lora_file.hpp"
#include "host/model/network/layer_names.hpp"
#include "host/model/network/weight_patches.hpp"

namespace ksampler {

// The changes of each layer that is among the targets and fits: of its weight, and of its bias. `use`
// says which those are, and why others are left out. Throws Error where a tensor is damaged.
WeightPatches lora_patches(const Lora& lora, const LoraTargets& targets, double strength, LoraUse& use);

}  // namespace ksampler

#endif
