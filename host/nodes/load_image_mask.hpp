#ifndef KSAMPLER_NODES_LOAD_IMAGE_MASK_HPP
#define KSAMPLER_NODES_LOAD_IMAGE_MASK_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl load_image_mask_decl() {
  using namespace declare;
  return {
      .type = "LoadImageMask",
      .category = "mask",
      .summary = "Makes a mask of one channel of a picture file.",
      .inputs =
          {
              file("image", "A picture, as LoadImage reads it; of an animation, the first frame."),
              choice(
                  "channel", {"alpha", "red", "green", "blue"},
                  "alpha: 1 where the picture is transparent. The others: as bright as they are; red, "
                  "green and blue of a black and white picture are the same."),
          },
      .outputs =
          {
              {"mask", "MASK", "Values from 0 to 1."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
