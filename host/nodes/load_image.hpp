#ifndef KSAMPLER_NODES_LOAD_IMAGE_HPP
#define KSAMPLER_NODES_LOAD_IMAGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl load_image_decl() {
  using namespace declare;
  return {
      .type = "LoadImage",
      .category = "image",
      .summary = "Reads a picture, or the frames of an animation.",
      .inputs =
          {
              file("image",
                   "A PNG, JPEG, WebP or BMP of any kind (grey, palette, RGB, CMYK, with or without "
                   "alpha, up to 16 bits), turned as the camera says."),
          },
      .outputs =
          {
              {"image", "IMAGE", "The picture; of an animated PNG or WebP, a batch of its frames."},
              {"mask", "MASK",
               "1 - alpha: 1 where the picture is transparent, 0 where it has no alpha."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
