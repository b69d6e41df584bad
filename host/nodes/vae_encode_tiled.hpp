#ifndef KSAMPLER_NODES_VAE_ENCODE_TILED_HPP
#define KSAMPLER_NODES_VAE_ENCODE_TILED_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl vae_encode_tiled_decl() {
  using namespace declare;
  return {
      .type = "VAEEncodeTiled",
      .category = "latent",
      .summary =
          "Turns a picture into a latent tile by tile, for large pictures: three tilings, blended.",
      .inputs =
          {
              link("pixels", "IMAGE", "What to encode: its middle, where a side is no multiple of 8."),
              link("vae", "VAE", "The autoencoder of the model that the latent is for."),
              multiple_of(32, integer("tile_size", {64, 4096}, 512, "Pixels a side.")),
              multiple_of(32, integer("overlap", {0, 4096}, 64,
                                      "Pixels that tiles share: less than half their size.")),
          },
      .outputs =
          {
              {"latent", "LATENT", "The latent, without noise."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
