#ifndef KSAMPLER_NODES_LATENT_ADD_HPP
#define KSAMPLER_NODES_LATENT_ADD_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_add_decl() {
  using namespace declare;
  return {
      .type = "LatentAdd",
      .category = "latent",
      .summary = "Adds two latents.",
      .inputs =
          {
              link("samples1", "LATENT", "The first, whose size and batch the result has."),
              link("samples2", "LATENT",
                   "The second; resized and repeated to the first (bilinear, cropped)."),
          },
      .outputs =
          {
              {"latent", "LATENT", "samples1 + samples2."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
