#ifndef KSAMPLER_NODES_KSAMPLER_HPP
#define KSAMPLER_NODES_KSAMPLER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl ksampler_decl() {
  using namespace declare;
  return {
      .type = "KSampler",
      .category = "sampling",
      .summary = "Denoises a latent with a sampler and a scheduler.",
      .inputs =
          {
              link("model", "MODEL", "What denoises."),
              seed("seed", "What noise is drawn: the same seed, the same picture."),
              steps_input(),
              cfg_input(),
              sampler_name_input(),
              scheduler_input(),
              positive_input(),
              negative_input(),
              latent_input(),
              denoise_input(),
          },
      .outputs =
          {
              {"latent", "LATENT", "The denoised latent."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
