#ifndef KSAMPLER_NODES_MODEL_SAMPLING_DISCRETE_HPP
#define KSAMPLER_NODES_MODEL_SAMPLING_DISCRETE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl model_sampling_discrete_decl() {
  using namespace declare;
  return {
      .type = "ModelSamplingDiscrete",
      .category = "model",
      .summary =
          "Takes a network for another parameterization, with the 1000 noise levels of Stable "
          "Diffusion.",
      .inputs =
          {
              link("model", "MODEL", "A model of a checkpoint."),
              choice(
                  "sampling", {"eps", "v_prediction", "lcm", "x0", "img_to_img"}, "eps",
                  "What the network predicts; lcm is a latent consistency model, which knows 50 of the "
                  "noise levels; img_to_img predicts the picture from a latent that is not scaled."),
              defaulting(false,
                         boolean("zsnr", "Noise levels that end in pure noise (zero terminal SNR).")),
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
