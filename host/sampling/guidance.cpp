#include "host/sampling/guidance.hpp"

namespace ksampler {

Guidance cfg_guidance(ConditioningList positive, ConditioningList negative, double cfg) {
  return {{std::move(positive), cfg, false}, {std::move(negative), 1.0 - cfg, true}};
}

Guidance basic_guidance(ConditioningList positive) { return {{std::move(positive), 1.0, false}}; }

Guidance dual_guidance(ConditioningList cond1, ConditioningList cond2, ConditioningList negative,
                       double cfg_conds, double cfg_cond2_negative, bool nested) {
  const double weight1 = nested ? cfg_cond2_negative * cfg_conds : cfg_conds;
  return {{std::move(cond1), weight1, false},
          {std::move(cond2), cfg_cond2_negative - weight1, false},
          {std::move(negative), 1.0 - cfg_cond2_negative, true}};
}

}  // namespace ksampler
