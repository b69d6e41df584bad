#ifndef KSAMPLER_NODES_LATENT_SUBTRACT_HPP
#define KSAMPLER_NODES_LATENT_SUBTRACT_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_subtract_decl() {
  using namespace declare;
  return {
      .type = "LatentSubtract",
      .category = "latent",
      .summary = "Takes one latent from another.",
      .inputs =
          {
              link("samples1", "LATENT", "The first, whose size and batch the result has."),
              link("samples2", "LATENT",
                   "The second; resized and repeated to the first (bilinear, cropped)."),
          },
      .outputs =
          {
              {"latent", "LATENT", "samples1 - samples2."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
