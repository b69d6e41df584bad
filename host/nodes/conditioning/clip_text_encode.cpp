// The nodes around a text encoder.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/load/embedding_files.hpp"
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

// Where "embedding:name" is looked for: beside the pipeline, beside the checkpoint, beside the folder
// of the checkpoint, as ComfyUI's models/ has it, and where `--models` has embeddings.
EmbeddingFiles embeddings_of(const NodeContext& context, const TextModel& clip) {
  const PipelineSource& source = context.pipeline.source;
  const std::filesystem::path models = clip.file().parent_path();
  return EmbeddingFiles({source.folder, models, models.parent_path()}, source.files.of({"embeddings"}));
}

ConditioningValue encoded(const NodeContext& context, const Inputs& in, const std::string& text_l,
                          const std::string& text_g) {
  const TextModel& clip = encoder_of(in);
  EmbeddingFiles files = embeddings_of(context, clip);
  const EncodedText text = clip.hold(context.models)->encode(text_l, text_g, &files);
  for (const std::string& note : files.notes()) context.reporter.warning(in.node(), note);
  for (const SeenFile& seen : files.seen()) context.reporter.file_seen(in.node(), seen);
  return one_entry(text, context.device);
}

}  // namespace

std::vector<Value> run_clip_text_encode(const NodeContext& context, const Inputs& in) {
  return {encoded(context, in, in.text("text"), in.text("text"))};
}

std::vector<Value> run_clip_text_encode_sdxl(const NodeContext& context, const Inputs& in) {
  const TextModel& clip = encoder_of(in);
  const std::vector<TextTower>& towers = clip.shapes().towers();
  if (towers.size() != 2) {
    throw Error(sentence(
        "CLIPTextEncodeSDXL needs SDXL's two text encoders, and this is {} alone; use CLIPTextEncode",
        towers.at(0).rules.name));
  }
  ConditioningValue made = encoded(context, in, in.text("text_l"), in.text("text_g"));
  made[0].size = SizeConditioning{.width = in.integer("width"),
                                  .height = in.integer("height"),
                                  .crop_w = in.integer("crop_w"),
                                  .crop_h = in.integer("crop_h"),
                                  .target_width = in.integer("target_width"),
                                  .target_height = in.integer("target_height")};
  return {made};
}

// The refiner is told a size and a score. To SDXL itself the size is the one that is aimed at, too.
std::vector<Value> run_clip_text_encode_sdxl_refiner(const NodeContext& context, const Inputs& in) {
  ConditioningValue made = encoded(context, in, in.text("text"), in.text("text"));
  made[0].size = SizeConditioning{.width = in.integer("width"),
                                  .height = in.integer("height"),
                                  .target_width = in.integer("width"),
                                  .target_height = in.integer("height"),
                                  .aesthetic_score = in.number("ascore")};
  return {made};
}

std::vector<Value> run_clip_set_last_layer(const NodeContext&, const Inputs& in) {
  return {ClipValue(encoder_of(in).with_last_layer(in.integer("stop_at_clip_layer")))};
}

}  // namespace ksampler
