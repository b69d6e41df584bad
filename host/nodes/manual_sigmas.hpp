#ifndef KSAMPLER_NODES_MANUAL_SIGMAS_HPP
#define KSAMPLER_NODES_MANUAL_SIGMAS_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl manual_sigmas_decl() {
  using namespace declare;
  return {
      .type = "ManualSigmas",
      .category = "sampling/custom",
      .summary = "Noise levels as written.",
      .inputs =
          {
              numbers("sigmas", {0, 1e6}, "Falling; usually to 0."),
          },
      .outputs =
          {
              {"sigmas", "SIGMAS", "The list."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
