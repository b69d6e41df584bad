#include "host/base/error.hpp"
#include "host/model/network/tensors.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_load_mask(const NodeContext&, const Inputs& in) {
  const auto file = SafetensorsFile::open(in.text("file"));
  const at::Tensor mask = map_tensor(file, in.text("tensor")).to(at::kFloat);
  if (mask.dim() < 2 || mask.dim() > 4 || (mask.dim() == 4 && mask.size(1) != 1)) {
    throw Error({in.text("file")}, "tensor '" + in.text("tensor") +
                                       "' is no mask: expected [height, width], [batch, height, width] "
                                       "or [batch, 1, height, width]");
  }
  return {MaskValue(mask)};
}

}  // namespace ksampler
