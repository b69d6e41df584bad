#ifndef KSAMPLER_NODES_LORA_INPUTS_HPP
#define KSAMPLER_NODES_LORA_INPUTS_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline InputDecl lora_file_input() {
  return declare::file("lora_name", FileKind::tensors,
                       "A safetensors file with a LoRA, LoHa, LoKr, GLoRA or DoRA.");
}

inline InputDecl lora_strength_input(std::string name, std::string summary) {
  return declare::number(std::move(name), {-100, 100}, 1.0, std::move(summary));
}

}  // namespace ksampler

#endif
