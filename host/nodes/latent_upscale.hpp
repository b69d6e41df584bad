#ifndef KSAMPLER_NODES_LATENT_UPSCALE_HPP
#define KSAMPLER_NODES_LATENT_UPSCALE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_upscale_decl() {
  using namespace declare;
  return {
      .type = "LatentUpscale",
      .category = "latent",
      .summary = "Resizes a latent to the size of a picture of so many pixels.",
      .inputs =
          {
              link("samples", "LATENT", "The latent to resize."),
              choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "bislerp"},
                     "nearest-exact", "How cells in between are made."),
              multiple_of(
                  8,
                  integer("width", {0, 16384}, 512,
                          "Pixels, of 8 to a cell; 0 keeps the ratio. At least 64 where it is not 0.")),
              multiple_of(8, integer("height", {0, 16384}, 512,
                                     "Likewise. Both 0: the latent stays as it is.")),
              choice("crop", {"disabled", "center"}, "disabled",
                     "Whether what does not fit the new ratio is cut off, or all is stretched."),
          },
      .outputs =
          {
              {"latent", "LATENT",
               "The resized latent; a noise mask stays as it is, and is fitted when it is used."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
