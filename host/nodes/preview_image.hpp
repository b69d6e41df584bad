#ifndef KSAMPLER_NODES_PREVIEW_IMAGE_HPP
#define KSAMPLER_NODES_PREVIEW_IMAGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl preview_image_decl() {
  using namespace declare;
  return {
      .type = "PreviewImage",
      .category = "image",
      .summary = "Writes each picture as SaveImage does, to preview/ in the output folder.",
      .inputs =
          {
              link("images", "IMAGE", "What to write."),
          },
      .outputs = {},
      .is_output = true,
  };
}

}  // namespace ksampler

#endif
