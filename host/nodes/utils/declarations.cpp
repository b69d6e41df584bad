#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

namespace ksampler {

std::vector<NodeDecl> utils_declarations() {
  using namespace declare;
  return {
      {
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
      },
      {
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
      },
      {
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
      },
  };
}

}  // namespace ksampler
