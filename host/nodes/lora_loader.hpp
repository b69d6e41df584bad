#ifndef KSAMPLER_NODES_LORA_LOADER_HPP
#define KSAMPLER_NODES_LORA_LOADER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/lora_inputs.hpp"

namespace ksampler {

inline NodeDecl lora_loader_decl() {
  using namespace declare;
  return {
      .type = "LoraLoader",
      .category = "loaders",
      .summary = "Adds a LoRA to a model and its text encoder. Several may follow each other.",
      .inputs =
          {
              link("model", "MODEL", "A model of a checkpoint."),
              link("clip", "CLIP", "Its text encoder."),
              lora_file_input(),
              lora_strength_input("strength_model", "How much of it is added to the model."),
              lora_strength_input("strength_clip", "How much of it is added to the text encoder."),
          },
      .outputs =
          {
              {"model", "MODEL", "The model with it."},
              {"clip", "CLIP", "The text encoder with it."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
