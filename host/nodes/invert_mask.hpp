#ifndef KSAMPLER_NODES_INVERT_MASK_HPP
#define KSAMPLER_NODES_INVERT_MASK_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl invert_mask_decl() {
  using namespace declare;
  return {
      .type = "InvertMask",
      .category = "mask",
      .summary = "Turns a mask around: 1 - mask.",
      .inputs =
          {
              link("mask", "MASK", "The mask."),
          },
      .outputs =
          {
              {"mask", "MASK", "1 where it was 0, and 0 where it was 1."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
