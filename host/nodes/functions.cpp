#include "host/nodes/functions.hpp"

namespace ksampler {
namespace {

NodeBodies all_functions() {
  NodeBodies all;
  for (const auto folder :
       {conditioning_functions, control_functions, image_functions, latent_functions, loaders_functions,
        mask_functions, model_functions, packs_functions, sampling_functions, utils_functions}) {
    all.merge(folder());
  }
  return all;
}

}  // namespace

const NodeBodies& node_functions() {
  static const NodeBodies functions = all_functions();
  return functions;
}

}  // namespace ksampler
