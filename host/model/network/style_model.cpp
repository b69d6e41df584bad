#include "host/model/network/style_model.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/file/model_file.hpp"

namespace ksampler {

StyleModel::StyleModel(const Weights& weights) : device_(weights.device()) {
  const std::string file = weights.file()->file().string();
  if (weights.has("style_embedding")) {
    throw Error(
        {file},
        "this is T2I-Adapter's style model for SD 1, which is not known; expected Flux.1 Redux");
  }
  if (!weights.has("redux_up.weight")) {
    throw Error({file}, sentence("no style model in this file: expected Flux.1 Redux, with a tensor "
                                 "'redux_up.weight'{}",
                                 contents(*weights.file())));
  }
  const auto [inner, in] = matrix_sizes(weights, "redux_up.weight");
  width_in_ = in;
  width_ = matrix_sizes(weights, "redux_down.weight").first;
  embedder_ = {.in = load_stored_linear(weights, "redux_up", in, inner),
               .out = load_stored_linear(weights, "redux_down", inner, width_)};
}

at::Tensor StyleModel::operator()(const at::Tensor& seen) const {
  if (seen.size(2) != width_in_) {
    throw Error(
        sentence("the picture was seen by a vision model {} wide, and the style model takes {}: "
                 "expected SigLIP's, sigclip_vision_patch14_384",
                 seen.size(2), width_in_));
  }
  return embedder_(seen.to(device_));
}

}  // namespace ksampler
