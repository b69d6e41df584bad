#ifndef KSAMPLER_NODES_VAE_ENCODE_HPP
#define KSAMPLER_NODES_VAE_ENCODE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl vae_encode_decl() {
  using namespace declare;
  return {
      .type = "VAEEncode",
      .category = "latent",
      .summary = "Turns a picture into a latent.",
      .inputs =
          {
              link("pixels", "IMAGE", "What to encode: its middle, where a side is no multiple of 8."),
              link("vae", "VAE", "The autoencoder of the model that the latent is for."),
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
