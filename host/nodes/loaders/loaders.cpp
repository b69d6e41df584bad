// CheckpointLoaderSimple, UNETLoader, VAELoader and CLIPLoader.
#include "host/nodes/loaders/functions.hpp"
#include "host/nodes/loaders/models.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_checkpoint_loader_simple(const NodeContext& context, const Inputs& in) {
  const std::filesystem::path file = in.text("ckpt_name");
  const auto asked = [&](std::size_t output) { return is_linked(context.pipeline, in.node(), output); };
  std::vector<Value> parts(3);
  if (asked(0)) parts[0] = unet_from(context, in.node(), file);
  if (asked(1)) parts[1] = clip_from(context, in.node(), file, context.device);
  if (asked(2)) parts[2] = vae_from(context, in.node(), file);
  warn_of_strangers(context, in.node(), file);
  return parts;
}

std::vector<Value> run_unet_loader(const NodeContext& context, const Inputs& in) {
  return {unet_from(context, in.node(), in.text("unet_name"), in.text("weight_dtype"))};
}

std::vector<Value> run_vae_loader(const NodeContext& context, const Inputs& in) {
  return {vae_from(context, in.node(), in.text("vae_name"))};
}

std::vector<Value> run_clip_loader(const NodeContext& context, const Inputs& in) {
  const bool on_cpu = in.text("device") == "cpu";
  return {clip_from(context, in.node(), in.text("clip_name"),
                    on_cpu ? at::Device(at::kCPU) : context.device)};
}

}  // namespace ksampler
