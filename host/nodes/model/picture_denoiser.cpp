#include "host/model/toy/picture_denoiser.hpp"

#include "host/nodes/model/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_picture_denoiser(const NodeContext& context, const Inputs& in) {
  return {ModelValue(load_picture_denoiser(
      in.text("file"), ModelSampling::named(in.text("parameterization")), context.device))};
}

}  // namespace ksampler
