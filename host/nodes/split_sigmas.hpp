#ifndef KSAMPLER_NODES_SPLIT_SIGMAS_HPP
#define KSAMPLER_NODES_SPLIT_SIGMAS_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl split_sigmas_decl() {
  using namespace declare;
  return {
      .type = "SplitSigmas",
      .category = "sampling/custom",
      .summary = "Parts noise levels at a step.",
      .inputs =
          {
              link("sigmas", "SIGMAS", "What to part."),
              integer("step", {0, 10000}, 0, "How many steps the first part has."),
          },
      .outputs =
          {
              {"high_sigmas", "SIGMAS", "Up to that step."},
              {"low_sigmas", "SIGMAS", "From it on."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
