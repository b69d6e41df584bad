#ifndef KSAMPLER_NODES_LATENT_UPSCALE_BY_HPP
#define KSAMPLER_NODES_LATENT_UPSCALE_BY_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_upscale_by_decl() {
  using namespace declare;
  return {
      .type = "LatentUpscaleBy",
      .category = "latent",
      .summary = "Resizes a latent by a factor.",
      .inputs =
          {
              link("samples", "LATENT", "The latent to resize."),
              choice("upscale_method", {"nearest-exact", "bilinear", "area", "bicubic", "bislerp"},
                     "nearest-exact", "How cells in between are made."),
              number("scale_by", {0.01, 8.0}, 1.5, "The factor of both sides."),
          },
      .outputs =
          {
              {"latent", "LATENT", "The resized latent."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
