#ifndef KSAMPLER_NODES_CHECKPOINT_LOADER_SIMPLE_HPP
#define KSAMPLER_NODES_CHECKPOINT_LOADER_SIMPLE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl checkpoint_loader_simple_decl() {
  using namespace declare;
  return {
      .type = "CheckpointLoaderSimple",
      .category = "loaders",
      .summary =
          "Loads a checkpoint: Stable Diffusion 1 or 2, SDXL or its refiner, told by its tensors. What "
          "is not linked is not loaded.",
      .inputs =
          {
              file("ckpt_name", FileKind::model, "A safetensors file in the single-file layout."),
          },
      .outputs =
          {
              {"model", "MODEL", "The UNet that denoises."},
              {"clip", "CLIP", "The text encoder or encoders."},
              {"vae", "VAE", "The autoencoder."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
