// ImageToMask and InvertMask.
#include "host/nodes/mask/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>

namespace ksampler {

std::vector<Value> run_image_to_mask(const NodeContext&, const Inputs& in) {
  const std::string& channel = in.text("channel");
  const std::int64_t number = channel == "red" ? 0 : channel == "green" ? 1 : 2;
  return {MaskValue(in.link<ImageValue>("image").select(3, number).contiguous())};
}

std::vector<Value> run_invert_mask(const NodeContext&, const Inputs& in) {
  return {MaskValue(1.0 - in.link<MaskValue>("mask"))};
}

}  // namespace ksampler
