// The nodes around a text encoder.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/load/embedding_files.hpp"
#include "host/nodes/conditioning/encoded_prompt.hpp"
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
  if (encoded.pooled.defined()) conditioning.pooled = encoded.pooled.to(device);
  if (encoded.token_ids.defined()) {
    conditioning.token_ids = encoded.token_ids.to(device);
    conditioning.token_weights = encoded.token_weights.to(device);
  }
  conditioning.slots = encoded.slots;
  return {conditioning};
}

// Where "embedding:name" is looked for: beside the pipeline, beside the checkpoint, beside the folder
// of the checkpoint, as ComfyUI's models/ has it, and where `--models` has embeddings.
EmbeddingFiles embeddings_of(const NodeContext& context, const TextModel& clip) {
  const PipelineSource& source = context.pipeline.source;
  const std::filesystem::path models = clip.file().parent_path();
  return EmbeddingFiles({source.folder, models, models.parent_path()}, source.files.of({"embeddings"}));
}

// Lumina 2's, as its authors have them.
constexpr const char* kSuperior =
    "You are an assistant designed to generate superior images with the superior degree of image-text "
    "alignment based on textual prompts or user prompts.";
constexpr const char* kAlignment =
    "You are an assistant designed to generate high-quality images with the highest degree of "
    "image-text alignment based on textual prompts.";

Prompts all_of(const std::string& text) { return {.l = text, .g = text, .t5 = text}; }

}  // namespace

ConditioningValue encoded_prompt(const NodeContext& context, const Inputs& in, const Prompts& prompts) {
  const TextModel& clip = encoder_of(in);
  EmbeddingFiles files = embeddings_of(context, clip);
  const EncodedText text = clip.hold(context.models)->encode(prompts, &files);
  for (const std::string& note : files.notes()) context.reporter.warning(in.node(), note);
  for (const SeenFile& seen : files.seen()) context.reporter.file_seen(in.node(), seen);
  return one_entry(text, context.device);
}

std::vector<Value> run_clip_text_encode(const NodeContext& context, const Inputs& in) {
  return {encoded_prompt(context, in, all_of(in.text("text")))};
}

std::vector<Value> run_clip_text_encode_flux(const NodeContext& context, const Inputs& in) {
  const TextEncoder& encoder = encoder_of(in).shapes();
  if (encoder.joining() != Joining::sentence || encoder.towers().size() != 1) {
    throw Error("CLIPTextEncodeFlux needs Flux.1's text encoders, CLIP-L and T5; use CLIPTextEncode");
  }
  ConditioningValue made = encoded_prompt(
      context, in, {.l = in.text("clip_l"), .g = in.text("clip_l"), .t5 = in.text("t5xxl")});
  made[0].guidance = in.number("guidance");
  return {made};
}

std::vector<Value> run_clip_text_encode_lumina2(const NodeContext& context, const Inputs& in) {
  const std::string before = in.text("system_prompt") == "superior" ? kSuperior : kAlignment;
  const std::string prompt = before + " <Prompt Start> " + in.text("user_prompt");
  return {encoded_prompt(context, in, all_of(prompt))};
}

std::vector<Value> run_clip_text_encode_sd3(const NodeContext& context, const Inputs& in) {
  if (encoder_of(in).shapes().joining() != Joining::in_a_row) {
    throw Error("CLIPTextEncodeSD3 needs SD 3's text encoders; use CLIPTextEncode");
  }
  const bool no_clip = in.text("clip_l").empty() && in.text("clip_g").empty();
  if (in.text("empty_padding") == "none" && (no_clip || in.text("t5xxl").empty())) {
    throw Error(
        "with 'empty_padding' none, ComfyUI leaves an empty prompt out, which is not supported: "
        "expected "
        "'empty_prompt', which encodes it");
  }
  return {encoded_prompt(context, in,
                         {.l = in.text("clip_l"), .g = in.text("clip_g"), .t5 = in.text("t5xxl")})};
}

std::vector<Value> run_t5_tokenizer_options(const NodeContext&, const Inputs& in) {
  return {ClipValue(encoder_of(in).with_t5_lengths(
      {.least = in.integer("min_length"), .more = in.integer("min_padding")}))};
}

std::vector<Value> run_flux_guidance(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) conditioning.guidance = in.number("guidance");
  return {all};
}

// Latents of pictures that the network looks at, one more with each node.
std::vector<Value> run_reference_latent(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  if (!in.has("latent")) return {all};
  for (Conditioning& conditioning : all) {
    conditioning.references.push_back(in.link<LatentValue>("latent").samples);
  }
  return {all};
}

std::vector<Value> run_reference_latent_method(const NodeContext&, const Inputs& in) {
  const std::string& asked = in.text("reference_latents_method");
  const ReferenceMethod method = asked == "offset"                ? ReferenceMethod::offset
                                 : asked == "index"               ? ReferenceMethod::index
                                 : asked == "index_timestep_zero" ? ReferenceMethod::index_at_zero
                                                                  : ReferenceMethod::diagonal;
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) conditioning.reference_method = method;
  return {all};
}

std::vector<Value> run_clip_text_encode_sdxl(const NodeContext& context, const Inputs& in) {
  const TextModel& clip = encoder_of(in);
  const std::vector<TextTower>& towers = clip.shapes().towers();
  if (towers.size() != 2 || clip.shapes().sentence_tower() != nullptr) {
    const SentenceTower* const sentence_tower = clip.shapes().sentence_tower();
    throw Error(sentence(
        "CLIPTextEncodeSDXL needs SDXL's two text encoders, and this is {}; use CLIPTextEncode",
        sentence_tower != nullptr ? "with " + sentence_tower->name()
                                  : towers.at(0).rules.name + " alone"));
  }
  ConditioningValue made = encoded_prompt(
      context, in, {.l = in.text("text_l"), .g = in.text("text_g"), .t5 = in.text("text_g")});
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
  ConditioningValue made = encoded_prompt(context, in, all_of(in.text("text")));
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
