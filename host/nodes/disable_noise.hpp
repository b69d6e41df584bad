#ifndef KSAMPLER_NODES_DISABLE_NOISE_HPP
#define KSAMPLER_NODES_DISABLE_NOISE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl disable_noise_decl() {
  using namespace declare;
  return {
      .type = "DisableNoise",
      .category = "sampling/custom",
      .summary = "No noise: the latent is taken as it comes.",
      .inputs = {},
      .outputs =
          {
              {"noise", "NOISE", "For SamplerCustomAdvanced."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
