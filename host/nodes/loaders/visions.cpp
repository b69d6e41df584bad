// CLIPVisionLoader and StyleModelLoader.
#include "host/nodes/loaders/functions.hpp"
#include "host/nodes/loaders/models.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_clip_vision_loader(const NodeContext& context, const Inputs& in) {
  return {clip_vision_from(context, in.node(), in.text("clip_name"))};
}

std::vector<Value> run_style_model_loader(const NodeContext& context, const Inputs& in) {
  return {style_model_from(context, in.node(), in.text("style_model_name"))};
}

}  // namespace ksampler
