#include "host/model/toy/toy_denoiser.hpp"

#include "host/nodes/model/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_toy_denoiser(const NodeContext& context, const Inputs& in) {
  return {
      ModelValue(load_toy_denoiser(in.text("file"), in.text("denoiser"),
                                   ModelSampling::named(in.text("parameterization")), context.device))};
}

}  // namespace ksampler
