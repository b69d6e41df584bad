#ifndef KSAMPLER_NODES_LOAD_MASK_HPP
#define KSAMPLER_NODES_LOAD_MASK_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl load_mask_decl() {
  using namespace declare;
  return {
      .type = "LoadMask",
      .category = "mask",
      .summary = "Reads a mask from a safetensors file.",
      .inputs =
          {
              file("file", "A safetensors file."),
              text("tensor",
                   "The name of the tensor in it, [height, width] with up to two dimensions before."),
          },
      .outputs =
          {
              {"mask", "MASK", "Values from 0 to 1. (Those of type U8 are divided by 255.)"},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
