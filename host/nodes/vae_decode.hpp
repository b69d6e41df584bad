#ifndef KSAMPLER_NODES_VAE_DECODE_HPP
#define KSAMPLER_NODES_VAE_DECODE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl vae_decode_decl() {
  using namespace declare;
  return {
      .type = "VAEDecode",
      .category = "latent",
      .summary = "Turns a latent into a picture.",
      .inputs =
          {
              link("samples", "LATENT", "What to decode."),
              link("vae", "VAE", "The autoencoder of the model that the latent is for."),
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
