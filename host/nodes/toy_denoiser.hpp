#ifndef KSAMPLER_NODES_TOY_DENOISER_HPP
#define KSAMPLER_NODES_TOY_DENOISER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/parameterization_input.hpp"

namespace ksampler {

inline NodeDecl toy_denoiser_decl() {
  using namespace declare;
  return {
      .type = "ToyDenoiser",
      .category = "model",
      .summary = "A small model that is exactly defined, for comparing samplers.",
      .inputs =
          {
              file("file", FileKind::tensors,
                   "A safetensors file with means, log_weights, channel_means, scale and temper."),
              choice("denoiser", {"mixture", "gaussian"}, "mixture",
                     "The posterior mean of a mixture of latents, or of a Gaussian for each channel."),
              parameterization_input(),
          },
      .outputs =
          {
              {"model", "MODEL", "The denoiser."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
