#ifndef KSAMPLER_NODES_FLIP_SIGMAS_HPP
#define KSAMPLER_NODES_FLIP_SIGMAS_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl flip_sigmas_decl() {
  using namespace declare;
  return {
      .type = "FlipSigmas",
      .category = "sampling/custom",
      .summary = "Noise levels in the other direction, from picture to noise.",
      .inputs =
          {
              link("sigmas", "SIGMAS", "What to turn round."),
          },
      .outputs =
          {
              {"sigmas", "SIGMAS", "Rising."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
