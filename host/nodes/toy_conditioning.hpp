#ifndef KSAMPLER_NODES_TOY_CONDITIONING_HPP
#define KSAMPLER_NODES_TOY_CONDITIONING_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl toy_conditioning_decl() {
  using namespace declare;
  return {
      .type = "ToyConditioning",
      .category = "conditioning",
      .summary = "Guides a ToyDenoiser to a label, as a whole or for a part of picture and time.",
      .inputs =
          {
              integer("label", {0, 2147483647},
                      "The row of the model's log_weights and channel_means."),
              number("strength", {0, 10}, 1.0, "Its weight where several hold."),
              optional(integers("area", {0, 16384}, 4,
                                "Where it holds: height, width, y and x, in latent cells.")),
              optional(link("mask", "MASK", "Where it holds, from 0 to 1.")),
              number("mask_strength", {0, 10}, 1.0, "The mask's weight."),
              optional(number("start_percent", {0, 1},
                              "From where in the run it holds: 0 is noise, 1 the picture.")),
              optional(number("end_percent", {0, 1}, "Until where in the run it holds.")),
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
