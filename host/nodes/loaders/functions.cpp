#include "host/nodes/loaders/functions.hpp"

namespace ksampler {

NodeBodies loaders_functions() {
  return {
      {"CLIPLoader", run_clip_loader},
      {"CLIPLoaderGGUF", run_clip_loader_gguf},
      {"CheckpointLoader", run_checkpoint_loader},
      {"CheckpointLoaderSimple", run_checkpoint_loader_simple},
      {"DualCLIPLoader", run_dual_clip_loader},
      {"DualCLIPLoaderGGUF", run_dual_clip_loader_gguf},
      {"LoraLoader", run_lora_loader},
      {"LoraLoaderModelOnly", run_lora_loader_model_only},
      {"Pt2Loader", run_pt2_loader},
      {"TripleCLIPLoader", run_triple_clip_loader},
      {"TripleCLIPLoaderGGUF", run_triple_clip_loader},
      {"UNETLoader", run_unet_loader},
      {"UnetLoaderGGUF", run_unet_loader_gguf},
      {"VAELoader", run_vae_loader},
  };
}

}  // namespace ksampler
