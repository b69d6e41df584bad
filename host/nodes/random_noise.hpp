#ifndef KSAMPLER_NODES_RANDOM_NOISE_HPP
#define KSAMPLER_NODES_RANDOM_NOISE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl random_noise_decl() {
  using namespace declare;
  return {
      .type = "RandomNoise",
      .category = "sampling/custom",
      .summary = "The noise that a seed gives.",
      .inputs =
          {
              seed("noise_seed", "What noise is drawn: the same seed, the same picture."),
          },
      .outputs =
          {
              {"noise", "NOISE", "For SamplerCustomAdvanced."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
