#ifndef KSAMPLER_NODES_CONDITIONING_SET_TIMESTEP_RANGE_HPP
#define KSAMPLER_NODES_CONDITIONING_SET_TIMESTEP_RANGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl conditioning_set_timestep_range_decl() {
  using namespace declare;
  return {
      .type = "ConditioningSetTimestepRange",
      .category = "conditioning",
      .summary = "Limits a conditioning to a part of the run.",
      .inputs =
          {
              link("conditioning", "CONDITIONING", "What to limit."),
              number("start", {0, 1}, 0.0, "From where it holds: 0 is noise, 1 the picture."),
              number("end", {0, 1}, 1.0, "Until where it holds."),
          },
      .outputs =
          {
              {"conditioning", "CONDITIONING", "The same, limited."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
