#ifndef KSAMPLER_NODES_CONDITIONING_AVERAGE_HPP
#define KSAMPLER_NODES_CONDITIONING_AVERAGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl conditioning_average_decl() {
  using namespace declare;
  return {
      .type = "ConditioningAverage",
      .category = "conditioning",
      .summary = "A mixture of two conditionings, in one prediction.",
      .inputs =
          {
              link("conditioning_to", "CONDITIONING", "The one."),
              link("conditioning_from", "CONDITIONING", "The other; its first entry."),
              number("conditioning_to_strength", {0, 1}, 1.0, "How much of the first: 1 is all."),
          },
      .outputs =
          {
              {"conditioning", "CONDITIONING", "Each entry of the first, mixed with the other."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
