#ifndef KSAMPLER_NODES_LATENT_FROM_BATCH_HPP
#define KSAMPLER_NODES_LATENT_FROM_BATCH_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_from_batch_decl() {
  using namespace declare;
  return {
      .type = "LatentFromBatch",
      .category = "latent",
      .summary = "Takes items out of a batch.",
      .inputs =
          {
              link("samples", "LATENT", "The batch."),
              integer("batch_index", {0, 63}, 0,
                      "The first item; past the end, the last one is taken."),
              integer("length", {1, 64}, 1, "How many; fewer where the batch ends before."),
          },
      .outputs =
          {
              {"latent", "LATENT",
               "The items, each of which keeps the noise that it had in the batch."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
