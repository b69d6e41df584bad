#ifndef KSAMPLER_NODES_LATENT_COMPOSITE_MASKED_HPP
#define KSAMPLER_NODES_LATENT_COMPOSITE_MASKED_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_composite_masked_decl() {
  using namespace declare;
  return {
      .type = "LatentCompositeMasked",
      .category = "latent",
      .summary = "Lays one latent onto another where a mask is 1.",
      .inputs =
          {
              link("destination", "LATENT", "The latent below, whose size and batch the result has."),
              link("source", "LATENT",
                   "The latent laid onto it; its batch is cut or repeated to the other's."),
              multiple_of(8, integer("x", {0, 16384}, 0, "Pixels from the left, of 8 to a cell.")),
              multiple_of(8, integer("y", {0, 16384}, 0, "Pixels from the top.")),
              defaulting(false, boolean("resize_source",
                                        "Whether the source is first resized to the destination.")),
              optional(link("mask", "MASK",
                            "1 where the source is seen; resized to it. Left out: everywhere.")),
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
