#ifndef KSAMPLER_NODES_CONDITIONING_CONCAT_HPP
#define KSAMPLER_NODES_CONDITIONING_CONCAT_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl conditioning_concat_decl() {
  using namespace declare;
  return {
      .type = "ConditioningConcat",
      .category = "conditioning",
      .summary = "One conditioning that says both things, in one prediction.",
      .inputs =
          {
              link("conditioning_to", "CONDITIONING", "What to add to."),
              link("conditioning_from", "CONDITIONING", "What to add; its first entry."),
          },
      .outputs =
          {
              {"conditioning", "CONDITIONING", "Each entry of the first, with the other's appended."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
