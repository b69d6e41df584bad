// BatchMasksNode.
#include "host/nodes/all_given.hpp"
#include "host/nodes/mask/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/ops/cat.h>

namespace ksampler {

// In the size of the first; what does not fit its ratio is cut off.
std::vector<Value> run_batch_masks(const NodeContext&, const Inputs& in) {
  std::vector<at::Tensor> masks;
  for (const MaskValue& given : all_given<MaskValue>(in)) {
    at::Tensor mask = in_layers(given).unsqueeze(1);
    if (!masks.empty() && mask.sizes().slice(2) != masks[0].sizes().slice(2)) {
      mask = resized(mask, {masks[0].size(3), masks[0].size(2)}, "bilinear", "center");
    }
    masks.push_back(mask);
  }
  return {MaskValue(at::cat(masks).squeeze(1))};
}

}  // namespace ksampler
