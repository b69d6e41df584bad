#ifndef KSAMPLER_NODES_CONDITIONING_SET_AREA_HPP
#define KSAMPLER_NODES_CONDITIONING_SET_AREA_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl conditioning_set_area_decl() {
  using namespace declare;
  return {
      .type = "ConditioningSetArea",
      .category = "conditioning",
      .summary = "Limits a conditioning to a rectangle.",
      .inputs =
          {
              link("conditioning", "CONDITIONING", "What to limit."),
              multiple_of(8, integer("width", {64, 16384}, 64, "In pixels.")),
              multiple_of(8, integer("height", {64, 16384}, 64, "In pixels.")),
              multiple_of(8, integer("x", {0, 16384}, 0, "Its left edge, in pixels.")),
              multiple_of(8, integer("y", {0, 16384}, 0, "Its upper edge, in pixels.")),
              number("strength", {0, 10}, 1.0, "Its weight where several hold."),
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
