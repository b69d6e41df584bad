// From a LoRA file and the names of a network's weights to what is added to them.
#ifndef KSAMPLER_MODEL_LORA_LORA_HPP
#define KSAMPLER_MODEL_LORA_LORA_HPP

#include "host/model/lora/lora_file.hpp"
#include "host/model/lora/lora_targets.hpp"
#include "host/model/network/weight_patches.hpp"

#include <set>
#include <string>

namespace ksampler {

// strength * alpha / rank times up * down for each layer that is among the targets; alpha is the rank
// where the file does not say it. Their names go to `used`. Throws Error that names the tensor whose
// shape or values do not fit.
WeightPatches lora_patches(const Lora& lora, const LoraTargets& targets, double strength,
                           std::set<std::string>& used);

}  // namespace ksampler

#endif
