#ifndef KSAMPLER_NODES_SPLIT_SIGMAS_DENOISE_HPP
#define KSAMPLER_NODES_SPLIT_SIGMAS_DENOISE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl split_sigmas_denoise_decl() {
  using namespace declare;
  return {
      .type = "SplitSigmasDenoise",
      .category = "sampling/custom",
      .summary = "Parts noise levels where a share of the steps is left.",
      .inputs =
          {
              link("sigmas", "SIGMAS", "What to part."),
              number("denoise", {0, 1}, 1.0, "The share of steps in the second part."),
          },
      .outputs =
          {
              {"high_sigmas", "SIGMAS", "The steps before."},
              {"low_sigmas", "SIGMAS", "That share of the steps."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
