#ifndef KSAMPLER_NODES_SAVE_IMAGE_HPP
#define KSAMPLER_NODES_SAVE_IMAGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl save_image_decl() {
  using namespace declare;
  return {
      .type = "SaveImage",
      .category = "image",
      .summary = "Writes each picture as a PNG file, <prefix>_00001_.png, counting up.",
      .inputs =
          {
              link("images", "IMAGE", "What to write."),
              text("filename_prefix", "ksampler",
                   "Path and name below the output folder, without number and ending; "
                   "%date:yyyy-MM-dd%, %width% or %base.seed% in it are replaced."),
          },
      .outputs = {},
      .is_output = true,
  };
}

}  // namespace ksampler

#endif
