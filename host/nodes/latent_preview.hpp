#ifndef KSAMPLER_NODES_LATENT_PREVIEW_HPP
#define KSAMPLER_NODES_LATENT_PREVIEW_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_preview_decl() {
  using namespace declare;
  return {
      .type = "LatentPreview",
      .category = "latent",
      .summary = "Shows a latent as a picture, without an autoencoder.",
      .inputs =
          {
              link("samples", "LATENT", "What to show: three channels as red, green and blue."),
              optional(link("model", "MODEL",
                            "The model that the latent is for: its colours, and the scale of its "
                            "latents. Without it, four channels are shown as Stable Diffusion's, as "
                            "they are.")),
              integer("scale", {1, 64}, 1, "Pixels a latent cell, in each direction."),
          },
      .outputs =
          {
              {"image", "IMAGE", "A picture for each item."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
