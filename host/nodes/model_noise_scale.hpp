#ifndef KSAMPLER_NODES_MODEL_NOISE_SCALE_HPP
#define KSAMPLER_NODES_MODEL_NOISE_SCALE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl model_noise_scale_decl() {
  using namespace declare;
  return {
      .type = "ModelNoiseScale",
      .category = "model",
      .summary =
          "Multiplies all noise of a run, for a network that was trained with more of it: what a run "
          "starts with, and what a sampler adds.",
      .inputs =
          {
              link("model", "MODEL", "A model of a checkpoint."),
              number("noise_scale", {0, 64}, 1.0, "8 for HiDream-O1, 7.5 for its dev version."),
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
