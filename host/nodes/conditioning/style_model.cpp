// CLIPVisionEncode and StyleModelApply: what a vision model sees of pictures, and Flux.1 Redux' tokens
// of that behind those of a prompt.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <cmath>

namespace ksampler {
namespace {

void check_same_width(const Conditioning& conditioning, const at::Tensor& tokens) {
  const at::Tensor& text = conditioning.embedding;
  if (!text.defined()) {
    throw Error("the conditioning has no text; expected one from a CLIPTextEncode node");
  }
  if (text.size(2) == tokens.size(2)) return;
  throw Error(sentence(
      "the text's embedding is {} wide, and the style model's tokens are {}: expected the text "
      "encoders of Flux.1",
      text.size(2), tokens.size(2)));
}

}  // namespace

std::vector<Value> run_clip_vision_encode(const NodeContext& context, const Inputs& in) {
  const auto vision = in.link<ClipVisionValue>("clip_vision").hold(context.models);
  return {(*vision)(in.link<ImageValue>("image"), in.text("crop") == "center")};
}

// Of several pictures, one behind the other. To a prompt that has tokens of a bias already, with
// "multiply" none is added: they look at the new ones as they are.
std::vector<Value> run_style_model_apply(const NodeContext& context, const Inputs& in) {
  const auto style = in.link<StyleModelValue>("style_model").hold(context.models);
  const auto& seen = in.link<ClipVisionOutputValue>("clip_vision_output");
  const double strength = in.number("strength");
  const bool multiplies = in.text("strength_type") == "multiply";
  at::Tensor tokens = (*style)(seen.last_hidden).flatten(0, 1).unsqueeze(0).to(context.device);
  if (multiplies) tokens = tokens * strength;

  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& each : all) {
    check_same_width(each, tokens);
    if (!multiplies && strength != 1.0) {
      each.biases.push_back(
          {.first = each.embedding.size(1), .count = tokens.size(1), .bias = std::log(strength)});
    }
    each.embedding = at::cat({each.embedding, tokens}, 1);
  }
  return {all};
}

}  // namespace ksampler
