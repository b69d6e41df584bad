// CheckpointLoaderSimple, CheckpointLoader, DiffusersLoader, UNETLoader, VAELoader and the loaders of
// text encoders.
#include "host/nodes/loaders/functions.hpp"
#include "host/nodes/loaders/models.hpp"
#include "host/nodes/loaders/text_use.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {
namespace {

at::Device device_of(const NodeContext& context, const Inputs& in) {
  return in.text("device") == "cpu" ? at::Device(at::kCPU) : context.device;
}

// Of the files that the loader's inputs name.
ClipValue clip_of(const NodeContext& context, const Inputs& in, const std::vector<const char*>& names,
                  at::Device device, const std::string& type) {
  std::vector<std::filesystem::path> files;
  for (const char* name : names) files.emplace_back(in.text(name));
  return clip_from(context, in.node(), files, device, text_use(files.size(), type));
}

// All that the file or folder has of what is linked.
std::vector<Value> parts_of(const NodeContext& context, const Inputs& in,
                            const std::filesystem::path& file) {
  const auto asked = [&](std::size_t output) { return is_linked(context.pipeline, in.node(), output); };
  std::vector<Value> parts(3);
  if (asked(0)) parts[0] = unet_from(context, in.node(), file);
  if (asked(1)) parts[1] = clip_from(context, in.node(), {file}, context.device);
  if (asked(2)) parts[2] = vae_from(context, in.node(), file);
  warn_of_strangers(context, in.node(), file);
  return parts;
}

}  // namespace

std::vector<Value> run_checkpoint_loader_simple(const NodeContext& context, const Inputs& in) {
  return parts_of(context, in, in.text("ckpt_name"));
}

std::vector<Value> run_diffusers_loader(const NodeContext& context, const Inputs& in) {
  return parts_of(context, in, in.text("model_path"));
}

// What ComfyUI still reads of a configuration: "parameterization" and the text encoder's "layer_idx".
std::vector<Value> run_checkpoint_loader(const NodeContext& context, const Inputs& in) {
  const std::string& config = in.text("config_name");
  const bool predicts_v =
      config.find("-v.") != std::string::npos || config.find("-v_") != std::string::npos;
  const bool skips =
      config.starts_with("anything_v3") || config.find("clip_skip_2") != std::string::npos;
  std::vector<Value> parts = run_checkpoint_loader_simple(context, in);
  if (auto* model = std::any_cast<ModelValue>(&parts[0]); model != nullptr && predicts_v) {
    parts[0] = with_sampling(*model, ModelSampling::named("v"));
  }
  if (auto* clip = std::any_cast<ClipValue>(&parts[1]); clip != nullptr && *clip && skips) {
    parts[1] = ClipValue((*clip)->with_last_layer(-2));
  }
  return parts;
}

std::vector<Value> run_unet_loader(const NodeContext& context, const Inputs& in) {
  return {unet_from(context, in.node(), in.text("unet_name"), in.text("weight_dtype"))};
}

std::vector<Value> run_unet_loader_gguf(const NodeContext& context, const Inputs& in) {
  return {unet_from(context, in.node(), in.text("unet_name"))};
}

std::vector<Value> run_clip_loader_gguf(const NodeContext& context, const Inputs& in) {
  return {clip_of(context, in, {"clip_name"}, context.device, in.text("clip_type"))};
}

std::vector<Value> run_dual_clip_loader_gguf(const NodeContext& context, const Inputs& in) {
  return {clip_of(context, in, {"clip_name1", "clip_name2"}, context.device, in.text("clip_type"))};
}

std::vector<Value> run_vae_loader(const NodeContext& context, const Inputs& in) {
  return {vae_from(context, in.node(), in.text("vae_name"))};
}

std::vector<Value> run_clip_loader(const NodeContext& context, const Inputs& in) {
  return {clip_of(context, in, {"clip_name"}, device_of(context, in), in.text("clip_type"))};
}

std::vector<Value> run_dual_clip_loader(const NodeContext& context, const Inputs& in) {
  return {
      clip_of(context, in, {"clip_name1", "clip_name2"}, device_of(context, in), in.text("clip_type"))};
}

std::vector<Value> run_triple_clip_loader(const NodeContext& context, const Inputs& in) {
  return {clip_of(context, in, {"clip_name1", "clip_name2", "clip_name3"}, context.device, "sd3")};
}

}  // namespace ksampler
