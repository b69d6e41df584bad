#include "host/nodes/loaders/functions.hpp"

namespace ksampler {

NodeBodies loaders_functions() {
  return {
      {"CLIPLoader", run_clip_loader},
      {"CheckpointLoader", run_checkpoint_loader},
      {"CheckpointLoaderSimple", run_checkpoint_loader_simple},
      {"LoraLoader", run_lora_loader},
      {"LoraLoaderModelOnly", run_lora_loader_model_only},
      {"Pt2Loader", run_pt2_loader},
      {"UNETLoader", run_unet_loader},
      {"VAELoader", run_vae_loader},
  };
}

}  // namespace ksampler
