// The nodes around a text encoder.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {
namespace {

const TextModel& encoder_of(const Inputs& in) {
  const auto& clip = in.link<ClipValue>("clip");
  if (clip) return *clip;
  throw Error("the model file that 'clip' comes from has no text encoder; load one with CLIPLoader");
}

// On the run's device, whatever that of the encoder was: texts of two encoders can be mixed.
ConditioningValue one_entry(const EncodedText& encoded, at::Device device) {
  Conditioning conditioning;
  conditioning.embedding = encoded.embedding.to(device);
  conditioning.pooled = encoded.pooled.to(device);
  return {conditioning};
}

}  // namespace

std::vector<Value> run_clip_text_encode(const NodeContext& context, const Inputs& in) {
  return {one_entry(encoder_of(in).hold(context.models)->encode(in.text("text")), context.device)};
}

std::vector<Value> run_clip_text_encode_sdxl(const NodeContext& context, const Inputs& in) {
  const TextModel& clip = encoder_of(in);
  const std::vector<TextTower>& towers = clip.shapes().towers();
  if (towers.size() != 2) {
    throw Error(sentence(
        "CLIPTextEncodeSDXL needs SDXL's two text encoders, and this is {} alone; use CLIPTextEncode",
        towers.at(0).rules.name));
  }
  ConditioningValue made = one_entry(
      clip.hold(context.models)->encode(in.text("text_l"), in.text("text_g")), context.device);
  made[0].size = SizeConditioning{.width = in.integer("width"),
                                  .height = in.integer("height"),
                                  .crop_w = in.integer("crop_w"),
                                  .crop_h = in.integer("crop_h"),
                                  .target_width = in.integer("target_width"),
                                  .target_height = in.integer("target_height")};
  return {made};
}

std::vector<Value> run_clip_set_last_layer(const NodeContext&, const Inputs& in) {
  return {ClipValue(encoder_of(in).with_last_layer(in.integer("stop_at_clip_layer")))};
}

}  // namespace ksampler
