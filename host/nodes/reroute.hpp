#ifndef KSAMPLER_NODES_REROUTE_HPP
#define KSAMPLER_NODES_REROUTE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl reroute_decl() {
  using namespace declare;
  return {
      .type = "Reroute",
      .category = "utils",
      .summary = "Passes on what it is given: a knot in a long link.",
      .inputs =
          {
              link("value", kAnyType, "Any output."),
          },
      .outputs =
          {
              {"value", kAnyType, "The same."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
