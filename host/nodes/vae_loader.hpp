#ifndef KSAMPLER_NODES_VAE_LOADER_HPP
#define KSAMPLER_NODES_VAE_LOADER_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl vae_loader_decl() {
  using namespace declare;
  return {
      .type = "VAELoader",
      .category = "loaders",
      .summary = "Loads an autoencoder, from a file of its own or from a checkpoint.",
      .inputs =
          {
              file("vae_name", FileKind::autoencoder,
                   "A safetensors file in the single-file layout, or with the autoencoder alone."),
          },
      .outputs =
          {
              {"vae", "VAE", "The autoencoder."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
