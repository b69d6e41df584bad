#ifndef KSAMPLER_NODES_CLIP_LOADER_HPP
#define KSAMPLER_NODES_CLIP_LOADER_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl clip_loader_decl() {
  using namespace declare;
  return {
      .type = "CLIPLoader",
      .category = "loaders",
      .summary =
          "Loads a text encoder, from a file of its own or from a checkpoint. Which it is, its tensors "
          "tell: ComfyUI's input 'type' is left out, as 'type' is the node's own here.",
      .inputs =
          {
              file("clip_name", FileKind::model, "A safetensors file with a text encoder."),
              choice("device", {"default", "cpu"}, "default",
                     "Where it computes. The default is where the model does; the CPU leaves a GPU's "
                     "memory to the model."),
          },
      .outputs =
          {
              {"clip", "CLIP", "The text encoder."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
