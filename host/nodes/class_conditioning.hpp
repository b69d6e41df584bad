#ifndef KSAMPLER_NODES_CLASS_CONDITIONING_HPP
#define KSAMPLER_NODES_CLASS_CONDITIONING_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl class_conditioning_decl() {
  using namespace declare;
  return {
      .type = "ClassConditioning",
      .category = "conditioning",
      .summary = "Guides a model of labelled pictures to a class.",
      .inputs =
          {
              link("model", "MODEL", "The model whose classes are meant."),
              text("class", "", "The name of the class; empty for any."),
          },
      .outputs =
          {
              {"conditioning", "CONDITIONING", "One entry."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
