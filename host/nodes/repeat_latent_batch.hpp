#ifndef KSAMPLER_NODES_REPEAT_LATENT_BATCH_HPP
#define KSAMPLER_NODES_REPEAT_LATENT_BATCH_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl repeat_latent_batch_decl() {
  using namespace declare;
  return {
      .type = "RepeatLatentBatch",
      .category = "latent",
      .summary = "Repeats a batch.",
      .inputs =
          {
              link("samples", "LATENT", "The batch."),
              integer("amount", {1, 64}, 1, "How often."),
          },
      .outputs =
          {
              {"latent", "LATENT", "The batch, one copy behind the other, each with noise of its own."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
