#ifndef KSAMPLER_NODES_KSAMPLER_ADVANCED_HPP
#define KSAMPLER_NODES_KSAMPLER_ADVANCED_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl ksampler_advanced_decl() {
  using namespace declare;
  return {
      .type = "KSamplerAdvanced",
      .category = "sampling",
      .summary = "KSampler over a part of the steps, with or without noise of its own.",
      .inputs =
          {
              link("model", "MODEL", "What denoises."),
              choice("add_noise", {"enable", "disable"}, "enable",
                     "Whether noise is added to the latent first."),
              seed("noise_seed", "What noise is drawn: the same seed, the same picture."),
              steps_input(),
              cfg_input(),
              sampler_name_input(),
              scheduler_input(),
              positive_input(),
              negative_input(),
              latent_input(),
              integer("start_at_step", {0, 10000}, 0, "The step to begin with."),
              integer("end_at_step", {0, 10000}, 10000,
                      "The step to end before; from `steps` on, the last."),
              choice("return_with_leftover_noise", {"disable", "enable"}, "disable",
                     "Whether a run that ends early keeps its noise; if not, its last step goes to "
                     "sigma 0."),
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
