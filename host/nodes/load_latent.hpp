#ifndef KSAMPLER_NODES_LOAD_LATENT_HPP
#define KSAMPLER_NODES_LOAD_LATENT_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl load_latent_decl() {
  using namespace declare;
  return {
      .type = "LoadLatent",
      .category = "latent",
      .summary = "Reads a latent that SaveLatent wrote, or any safetensors file with `latent_tensor`.",
      .inputs =
          {
              file("latent", "A safetensors file."),
              optional(integers("batch_index", {0, 4095}, 0,
                                "For each item, which draw of the seed its noise is; left out, what "
                                "the file says, else the batch is one draw.")),
          },
      .outputs =
          {
              {"latent", "LATENT", "What the file holds."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
