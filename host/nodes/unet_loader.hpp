#ifndef KSAMPLER_NODES_UNET_LOADER_HPP
#define KSAMPLER_NODES_UNET_LOADER_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl unet_loader_decl() {
  using namespace declare;
  return {
      .type = "UNETLoader",
      .category = "loaders",
      .summary = "Loads a UNet, from a file of its own or from a checkpoint.",
      .inputs =
          {
              file("unet_name",
                   "A safetensors file in the single-file layout, or with the UNet alone."),
              choice("weight_dtype", {"default", "fp32", "fp16", "bf16"}, "default",
                     "What the network computes with. The default is fp16 on a GPU, else fp32."),
          },
      .outputs =
          {
              {"model", "MODEL", "The UNet that denoises."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
