#ifndef KSAMPLER_NODES_SAVE_LATENT_HPP
#define KSAMPLER_NODES_SAVE_LATENT_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl save_latent_decl() {
  using namespace declare;
  return {
      .type = "SaveLatent",
      .category = "latent",
      .summary = "Writes a latent as a safetensors file, <prefix>_00001_.latent, counting up.",
      .inputs =
          {
              link("samples", "LATENT", "What to write."),
              text("filename_prefix", "latents/ksampler",
                   "Path and name below the output folder, without number and ending; tokens as "
                   "SaveImage has them."),
          },
      .outputs = {},
      .is_output = true,
  };
}

}  // namespace ksampler

#endif
