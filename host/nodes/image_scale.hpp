#ifndef KSAMPLER_NODES_IMAGE_SCALE_HPP
#define KSAMPLER_NODES_IMAGE_SCALE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl image_scale_decl() {
  using namespace declare;
  return {
      .type = "ImageScale",
      .category = "image",
      .summary = "Resizes pictures.",
      .inputs =
          {
              link("image", "IMAGE", "The pictures to resize."),
              choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "lanczos"},
                     "nearest-exact", "How pixels in between are made; lanczos rounds to 8 bits."),
              integer("width", {0, 16384}, 512, "Pixels; 0 keeps the ratio."),
              integer("height", {0, 16384}, 512, "Likewise. Both 0: the picture stays as it is."),
              choice("crop", {"disabled", "center"}, "disabled",
                     "Whether what does not fit the new ratio is cut off, or all is stretched."),
          },
      .outputs =
          {
              {"image", "IMAGE", "The resized pictures."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
