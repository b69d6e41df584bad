// What a guider asks of a model, as data: some conditioning lists, and how their predictions add up.
// Every guider of ComfyUI is linear in its predictions (of a model with guiders of plugins, those
// decide):
//
//   CFG            negative + cfg * (positive - negative)                    Ho and Salimans 2022
//   dual, regular  negative + cfg2 * (cond2 - negative) + cfg1 * (cond1 - cond2)
//   dual, nested   negative + cfg2 * (cond2 + cfg1 * (cond1 - cond2) - negative)
#ifndef KSAMPLER_SAMPLING_GUIDANCE_HPP
#define KSAMPLER_SAMPLING_GUIDANCE_HPP

#include "host/model/denoise/conditioning.hpp"

#include <vector>

namespace ksampler {

struct GuidedList {
  ConditioningList conditioning;
  double weight = 1.0;         // 0: not asked of the model, unless a sampler wants it
  bool unconditional = false;  // what `denoise_split` gives a CFG++ sampler
  bool negative = false;       // told to the model as such (Conditioning::negative)
  bool perturbed = false;      // likewise (Conditioning::perturbed)
};

using Guidance = std::vector<GuidedList>;

// At cfg 1 the negative has weight 0, and so costs nothing.
Guidance cfg_guidance(ConditioningList positive, ConditioningList negative, double cfg);
Guidance basic_guidance(ConditioningList positive);
Guidance dual_guidance(ConditioningList cond1, ConditioningList cond2, ConditioningList negative,
                       double cfg_conds, double cfg_cond2_negative, bool nested);

}  // namespace ksampler

#endif
