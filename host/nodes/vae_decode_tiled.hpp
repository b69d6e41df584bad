#ifndef KSAMPLER_NODES_VAE_DECODE_TILED_HPP
#define KSAMPLER_NODES_VAE_DECODE_TILED_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl vae_decode_tiled_decl() {
  using namespace declare;
  return {
      .type = "VAEDecodeTiled",
      .category = "latent",
      .summary =
          "Turns a latent into a picture tile by tile, for large pictures: three tilings, blended.",
      .inputs =
          {
              link("samples", "LATENT", "What to decode."),
              link("vae", "VAE", "The autoencoder of the model that the latent is for."),
              multiple_of(32, integer("tile_size", {64, 4096}, 512, "Pixels a side.")),
              multiple_of(32, integer("overlap", {0, 4096}, 64,
                                      "Pixels that tiles share; at most a quarter of their size.")),
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
