#ifndef KSAMPLER_NODES_MODEL_SAMPLING_SD3_HPP
#define KSAMPLER_NODES_MODEL_SAMPLING_SD3_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl model_sampling_sd3_decl() {
  using namespace declare;
  return {
      .type = "ModelSamplingSD3",
      .category = "model",
      .summary = "Takes a network for a flow, as Stable Diffusion 3.",
      .inputs =
          {
              link("model", "MODEL", "A model of a checkpoint."),
              number("shift", {0, 100}, 3.0,
                     "How much of the run is spent at high noise; 1: evenly; 0: one step and no more."),
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
