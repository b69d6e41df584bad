#ifndef KSAMPLER_NODES_LORA_LOADER_MODEL_ONLY_HPP
#define KSAMPLER_NODES_LORA_LOADER_MODEL_ONLY_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/lora_inputs.hpp"

namespace ksampler {

inline NodeDecl lora_loader_model_only_decl() {
  using namespace declare;
  return {
      .type = "LoraLoaderModelOnly",
      .category = "loaders",
      .summary = "Adds a LoRA to a model; what it holds for the text encoder is passed over.",
      .inputs =
          {
              link("model", "MODEL", "A model of a checkpoint."),
              lora_file_input(),
              lora_strength_input("strength_model", "How much of it is added to the model."),
          },
      .outputs =
          {
              {"model", "MODEL", "The model with it."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
