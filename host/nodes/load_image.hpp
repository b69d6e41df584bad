#ifndef KSAMPLER_NODES_LOAD_IMAGE_HPP
#define KSAMPLER_NODES_LOAD_IMAGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl load_image_decl() {
  using namespace declare;
  return {
      .type = "LoadImage",
      .category = "image",
      .summary = "Reads a picture from a PNG or JPEG file.",
      .inputs =
          {
              file("image",
                   "A PNG file of any kind (grey, palette, RGB, with or without alpha, up to 16 bits) "
                   "or a "
                   "JPEG, which is turned as its camera says."),
          },
      .outputs =
          {
              {"image", "IMAGE", "The picture."},
              {"mask", "MASK",
               "1 - alpha: 1 where the picture is transparent, 0 where it has no alpha."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
