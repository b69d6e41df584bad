#include "host/nodes/loaders/functions.hpp"

#include "host/base/error.hpp"

namespace ksampler {
namespace {

// What goes wrong in a loader is its files' fault, where it says nothing else.
template <NodeBody* body>
std::vector<Value> reading(const NodeContext& context, const Inputs& in) {
  return failing_as(Diagnostic::Kind::bad_file, [&] { return body(context, in); });
}

}  // namespace

NodeBodies loaders_functions() {
  return {
      {"CLIPLoader", reading<run_clip_loader>},
      {"CLIPLoaderGGUF", reading<run_clip_loader_gguf>},
      {"CLIPVisionLoader", reading<run_clip_vision_loader>},
      {"CheckpointLoader", reading<run_checkpoint_loader>},
      {"CheckpointLoaderSimple", reading<run_checkpoint_loader_simple>},
      {"ControlNetLoader", reading<run_control_net_loader>},
      {"DiffusersLoader", reading<run_diffusers_loader>},
      {"DualCLIPLoader", reading<run_dual_clip_loader>},
      {"DualCLIPLoaderGGUF", reading<run_dual_clip_loader_gguf>},
      {"LoraLoader", reading<run_lora_loader>},
      {"LoraLoaderModelOnly", reading<run_lora_loader_model_only>},
      {"Pt2Loader", reading<run_pt2_loader>},
      {"StyleModelLoader", reading<run_style_model_loader>},
      {"TripleCLIPLoader", reading<run_triple_clip_loader>},
      {"TripleCLIPLoaderGGUF", reading<run_triple_clip_loader>},
      {"UNETLoader", reading<run_unet_loader>},
      {"UnetLoaderGGUF", reading<run_unet_loader_gguf>},
      {"VAELoader", reading<run_vae_loader>},
  };
}

}  // namespace ksampler
