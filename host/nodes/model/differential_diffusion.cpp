#include "host/nodes/model/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_differential_diffusion(const NodeContext&, const Inputs& in) {
  ModelValue model = in.link<ModelValue>("model");
  model.differential = in.number("strength");
  return {model};
}

}  // namespace ksampler
