#ifndef KSAMPLER_NODES_CLIP_TEXT_ENCODE_HPP
#define KSAMPLER_NODES_CLIP_TEXT_ENCODE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl clip_text_encode_decl() {
  using namespace declare;
  return {
      .type = "CLIPTextEncode",
      .category = "conditioning",
      .summary = "Guides a model with a prompt.",
      .inputs =
          {
              link("clip", "CLIP", "The model's text encoder."),
              text("text",
                   "The prompt. (word) weighs 1.1, (word:1.3) as much as it says; \\( and \\) are "
                   "parentheses."),
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
