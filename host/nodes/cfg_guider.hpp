#ifndef KSAMPLER_NODES_CFG_GUIDER_HPP
#define KSAMPLER_NODES_CFG_GUIDER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl cfg_guider_decl() {
  using namespace declare;
  return {
      .type = "CFGGuider",
      .category = "sampling/custom",
      .summary =
          "Classifier-free guidance: from the negative prediction towards the positive, and beyond.",
      .inputs =
          {
              link("model", "MODEL", "What denoises."),
              positive_input(),
              negative_input(),
              cfg_input(),
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
