#ifndef KSAMPLER_NODES_IMAGE_TO_MASK_HPP
#define KSAMPLER_NODES_IMAGE_TO_MASK_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl image_to_mask_decl() {
  using namespace declare;
  return {
      .type = "ImageToMask",
      .category = "mask",
      .summary = "Makes a mask of one channel of an image.",
      .inputs =
          {
              link("image", "IMAGE", "The image, or a batch of them."),
              choice("channel", {"red", "green", "blue"},
                     "Which. (An image has no alpha: LoadImage gives it as a mask of its own.)"),
          },
      .outputs =
          {
              {"mask", "MASK", "A mask for each image."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
