#ifndef KSAMPLER_NODES_UNET_LOADER_HPP
#define KSAMPLER_NODES_UNET_LOADER_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline InputDecl weight_dtype_input() {
  InputDecl decl = declare::choice(
      "weight_dtype", {"default", "fp32", "fp16", "bf16"}, "default",
      "What the network computes with. The default is fp16 on a GPU, else fp32. A file in F8_E4M3 or "
      "F8_E5M2 is widened to it.");
  for (const char* name : {"fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2"}) {
    decl.refused.emplace_back(
        name,
        "weights are not kept in 8 bits: use fp16 or bf16 in its place (twice the memory). A file that "
        "is in fp8 itself loads with any of these");
  }
  return decl;
}

inline NodeDecl unet_loader_decl() {
  using namespace declare;
  return {
      .type = "UNETLoader",
      .category = "loaders",
      .summary = "Loads a UNet, from a file of its own or from a checkpoint.",
      .inputs =
          {
              file("unet_name", FileKind::unet,
                   "A safetensors file in the single-file layout, or with the UNet alone."),
              weight_dtype_input(),
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
