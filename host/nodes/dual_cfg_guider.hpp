#ifndef KSAMPLER_NODES_DUAL_CFG_GUIDER_HPP
#define KSAMPLER_NODES_DUAL_CFG_GUIDER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl dual_cfg_guider_decl() {
  using namespace declare;
  return {
      .type = "DualCFGGuider",
      .category = "sampling/custom",
      .summary = "Guidance with two conditionings and a negative one.",
      .inputs =
          {
              link("model", "MODEL", "What denoises."),
              link("cond1", "CONDITIONING", "What is wanted, first."),
              link("cond2", "CONDITIONING", "What is wanted, second."),
              negative_input(),
              number("cfg_conds", {0, 100}, 8.0, "How far from the second to the first."),
              number("cfg_cond2_negative", {0, 100}, 8.0,
                     "How far from the negative to the second; nested, to what the two give together."),
              choice("style", {"regular", "nested"}, "regular", "How the two are put together."),
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
