#ifndef KSAMPLER_NODES_CLIP_SET_LAST_LAYER_HPP
#define KSAMPLER_NODES_CLIP_SET_LAST_LAYER_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl clip_set_last_layer_decl() {
  using namespace declare;
  return {
      .type = "CLIPSetLastLayer",
      .category = "conditioning",
      .summary = "A text encoder that stops before its last layers (\"clip skip\").",
      .inputs =
          {
              link("clip", "CLIP", "The text encoder."),
              integer("stop_at_clip_layer", {-24, -1}, -1,
                      "The layer whose output is taken: -1 is the last, -2 the one before."),
          },
      .outputs =
          {
              {"clip", "CLIP", "The same, stopping there."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
