#ifndef KSAMPLER_NODES_GET_NODE_HPP
#define KSAMPLER_NODES_GET_NODE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl get_node_decl() {
  using namespace declare;
  return {
      .type = "GetNode",
      .category = "utils",
      .summary = "Gives the value that a SetNode named.",
      .inputs =
          {
              input("name", InputKind::named_value, "What a SetNode calls it."),
          },
      .outputs =
          {
              {"value", kAnyType, "That value."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
