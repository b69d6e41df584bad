#ifndef KSAMPLER_NODES_MODEL_SAMPLING_FLUX_HPP
#define KSAMPLER_NODES_MODEL_SAMPLING_FLUX_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl model_sampling_flux_decl() {
  using namespace declare;
  return {
      .type = "ModelSamplingFlux",
      .category = "model",
      .summary =
          "Takes a network for a flow as Flux: the larger the picture, the more of the run at high "
          "noise.",
      .inputs =
          {
              link("model", "MODEL", "A model of a checkpoint."),
              number("max_shift", {0, 100}, 1.15, "The shift at 4096 tokens of 16 by 16 pixels."),
              number("base_shift", {0, 100}, 0.5, "The shift at 256 tokens."),
              multiple_of(8, integer("width", {16, 16384}, 1024, "Of the picture, in pixels.")),
              multiple_of(8, integer("height", {16, 16384}, 1024, "Of the picture, in pixels.")),
          },
      .outputs =
          {
              {"model", "MODEL", "The model."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
