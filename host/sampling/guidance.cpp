#include "host/sampling/guidance.hpp"

namespace ksampler {

Guidance cfg_guidance(ConditioningList positive, ConditioningList negative, double cfg) {
  return {{.conditioning = std::move(positive), .weight = cfg},
          {.conditioning = std::move(negative),
           .weight = 1.0 - cfg,
           .unconditional = true,
           .negative = true}};
}

Guidance basic_guidance(ConditioningList positive) { return {{.conditioning = std::move(positive)}}; }

Guidance dual_guidance(ConditioningList cond1, ConditioningList cond2, ConditioningList negative,
                       double cfg_conds, double cfg_cond2_negative, bool nested) {
  const double weight1 = nested ? cfg_cond2_negative * cfg_conds : cfg_conds;
  // The refiner is told of cond2 as of a negative one, as in ComfyUI: cond1 is led away from it.
  return {{.conditioning = std::move(cond1), .weight = weight1},
          {.conditioning = std::move(cond2), .weight = cfg_cond2_negative - weight1, .negative = true},
          {.conditioning = std::move(negative),
           .weight = 1.0 - cfg_cond2_negative,
           .unconditional = true,
           .negative = true}};
}

}  // namespace ksampler
