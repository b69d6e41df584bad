#include "host/nodes/mask/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_load_mask(const NodeContext& context, const Inputs& in) {
  return {
      MaskValue(read_mask(context, in.node(), TensorFile::open(in.text("file")), in.text("tensor")))};
}

}  // namespace ksampler
