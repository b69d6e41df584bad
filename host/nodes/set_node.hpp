#ifndef KSAMPLER_NODES_SET_NODE_HPP
#define KSAMPLER_NODES_SET_NODE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl set_node_decl() {
  using namespace declare;
  return {
      .type = "SetNode",
      .category = "utils",
      .summary = "Gives a value a name, by which GetNode finds it.",
      .inputs =
          {
              link("value", kAnyType, "Any output."),
              input("name", InputKind::value_name, "What to call it."),
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
