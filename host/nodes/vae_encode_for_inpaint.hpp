#ifndef KSAMPLER_NODES_VAE_ENCODE_FOR_INPAINT_HPP
#define KSAMPLER_NODES_VAE_ENCODE_FOR_INPAINT_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl vae_encode_for_inpaint_decl() {
  using namespace declare;
  return {
      .type = "VAEEncodeForInpaint",
      .category = "latent",
      .summary =
          "Turns a picture into a latent for inpainting: what the mask covers is made grey first.",
      .inputs =
          {
              link("pixels", "IMAGE", "What to encode: its middle, where a side is no multiple of 8."),
              link("vae", "VAE", "The autoencoder of the model that the latent is for."),
              link("mask", "MASK", "1 where the picture is to be made anew; brought to its size."),
              integer("grow_mask_by", {0, 64}, 6,
                      "The side of the square that grows the mask, in pixels, so that seams are "
                      "sampled too."),
          },
      .outputs =
          {
              {"latent", "LATENT", "The latent, with the mask."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
