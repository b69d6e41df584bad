#ifndef KSAMPLER_NODES_BASIC_GUIDER_HPP
#define KSAMPLER_NODES_BASIC_GUIDER_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl basic_guider_decl() {
  using namespace declare;
  return {
      .type = "BasicGuider",
      .category = "sampling/custom",
      .summary = "The model's prediction as it is, without guidance.",
      .inputs =
          {
              link("model", "MODEL", "What denoises."),
              link("conditioning", "CONDITIONING", "What is wanted."),
          },
      .outputs =
          {
              {"guider", "GUIDER", "For SamplerCustomAdvanced."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
