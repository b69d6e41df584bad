#ifndef KSAMPLER_NODES_CONDITIONING_SET_MASK_HPP
#define KSAMPLER_NODES_CONDITIONING_SET_MASK_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl conditioning_set_mask_decl() {
  using namespace declare;
  return {
      .type = "ConditioningSetMask",
      .category = "conditioning",
      .summary = "Limits a conditioning to a mask.",
      .inputs =
          {
              link("conditioning", "CONDITIONING", "What to limit."),
              link("mask", "MASK", "Where it holds, from 0 to 1."),
              number("strength", {0, 10}, 1.0, "The mask's weight."),
              choice("set_cond_area", {"default", "mask bounds"}, "default",
                     "Whether the model sees the whole latent or only the rectangle around the mask."),
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
