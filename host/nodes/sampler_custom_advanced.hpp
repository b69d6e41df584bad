#ifndef KSAMPLER_NODES_SAMPLER_CUSTOM_ADVANCED_HPP
#define KSAMPLER_NODES_SAMPLER_CUSTOM_ADVANCED_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl sampler_custom_advanced_decl() {
  using namespace declare;
  return {
      .type = "SamplerCustomAdvanced",
      .category = "sampling/custom",
      .summary = "Sampling put together from its parts.",
      .inputs =
          {
              link("noise", "NOISE", "RandomNoise or DisableNoise."),
              link("guider", "GUIDER", "How the model is guided."),
              link("sampler", "SAMPLER", "From KSamplerSelect."),
              link("sigmas", "SIGMAS", "The noise levels to go through."),
              latent_input(),
          },
      .outputs =
          {
              {"output", "LATENT", "The latent at the last noise level."},
              {"denoised_output", "LATENT", "The model's last estimate of the clean latent."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
