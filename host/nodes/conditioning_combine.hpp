#ifndef KSAMPLER_NODES_CONDITIONING_COMBINE_HPP
#define KSAMPLER_NODES_CONDITIONING_COMBINE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl conditioning_combine_decl() {
  using namespace declare;
  return {
      .type = "ConditioningCombine",
      .category = "conditioning",
      .summary = "Both conditionings at once, each predicting and weighed by its strength.",
      .inputs =
          {
              link("conditioning_1", "CONDITIONING", "The one."),
              link("conditioning_2", "CONDITIONING", "The other."),
          },
      .outputs =
          {
              {"conditioning", "CONDITIONING", "The entries of both."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
