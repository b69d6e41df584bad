#ifndef KSAMPLER_NODES_LOADERS_FUNCTIONS_HPP
#define KSAMPLER_NODES_LOADERS_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// control_nets.cpp
NodeBody run_control_net_loader;

// loaders.cpp
NodeBody run_checkpoint_loader;
NodeBody run_checkpoint_loader_simple;
NodeBody run_clip_loader;
NodeBody run_clip_loader_gguf;
NodeBody run_diffusers_loader;
NodeBody run_dual_clip_loader;
NodeBody run_dual_clip_loader_gguf;
NodeBody run_triple_clip_loader;
NodeBody run_unet_loader;
NodeBody run_unet_loader_gguf;
NodeBody run_vae_loader;

// visions.cpp
NodeBody run_clip_vision_loader;
NodeBody run_style_model_loader;

// loras.cpp
NodeBody run_lora_loader;
NodeBody run_lora_loader_model_only;

// pt2.cpp
NodeBody run_pt2_loader;

}  // namespace ksampler

#endif
