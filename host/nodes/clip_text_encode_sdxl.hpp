#ifndef KSAMPLER_NODES_CLIP_TEXT_ENCODE_SDXL_HPP
#define KSAMPLER_NODES_CLIP_TEXT_ENCODE_SDXL_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl clip_text_encode_sdxl_decl() {
  using namespace declare;
  return {
      .type = "CLIPTextEncodeSDXL",
      .category = "conditioning",
      .summary = "Guides SDXL with a prompt for each of its text encoders, and with sizes.",
      .inputs =
          {
              link("clip", "CLIP", "SDXL's text encoders."),
              integer("width", {0, 16384}, 1024, "How wide the picture was before it was scaled."),
              integer("height", {0, 16384}, 1024, "How high it was."),
              integer("crop_w", {0, 16384}, 0, "How much was cropped off its left."),
              integer("crop_h", {0, 16384}, 0, "How much was cropped off its top."),
              integer("target_width", {0, 16384}, 1024, "How wide a picture is aimed at."),
              integer("target_height", {0, 16384}, 1024, "How high."),
              text("text_g", "The prompt for OpenCLIP-G."),
              text("text_l", "The prompt for CLIP-L."),
          },
      .outputs =
          {
              {"conditioning", "CONDITIONING", "One entry."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
