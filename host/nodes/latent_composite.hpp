#ifndef KSAMPLER_NODES_LATENT_COMPOSITE_HPP
#define KSAMPLER_NODES_LATENT_COMPOSITE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_composite_decl() {
  using namespace declare;
  return {
      .type = "LatentComposite",
      .category = "latent",
      .summary = "Lays one latent onto another.",
      .inputs =
          {
              link("samples_to", "LATENT", "The latent below, whose size the result has."),
              link("samples_from", "LATENT",
                   "The latent laid onto it; what reaches outside is cut off."),
              multiple_of(8, integer("x", {0, 16384}, 0, "Pixels from the left, of 8 to a cell.")),
              multiple_of(8, integer("y", {0, 16384}, 0, "Pixels from the top.")),
              multiple_of(8, integer("feather", {0, 16384}, 0,
                                     "Pixels over which it fades in at each border that lies inside.")),
          },
      .outputs =
          {
              {"latent", "LATENT", "Both in one."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
