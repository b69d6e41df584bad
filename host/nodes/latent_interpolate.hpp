#ifndef KSAMPLER_NODES_LATENT_INTERPOLATE_HPP
#define KSAMPLER_NODES_LATENT_INTERPOLATE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_interpolate_decl() {
  using namespace declare;
  return {
      .type = "LatentInterpolate",
      .category = "latent",
      .summary = "Mixes two latents, directions and lengths of the cells each for themselves.",
      .inputs =
          {
              link("samples1", "LATENT", "The first, whose size and batch the result has."),
              link("samples2", "LATENT",
                   "The second; resized and repeated to the first (bilinear, cropped)."),
              number("ratio", {0.0, 1.0}, 1.0, "The share of the first."),
          },
      .outputs =
          {
              {"latent", "LATENT", "What lies between them."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
