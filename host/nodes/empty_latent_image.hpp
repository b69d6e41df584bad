#ifndef KSAMPLER_NODES_EMPTY_LATENT_IMAGE_HPP
#define KSAMPLER_NODES_EMPTY_LATENT_IMAGE_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl empty_latent_image_decl() {
  using namespace declare;
  return {
      .type = "EmptyLatentImage",
      .category = "latent",
      .summary = "A latent of zeros, to be filled from noise.",
      .inputs =
          {
              multiple_of(8,
                          integer("width", {16, 16384}, 512, "Width in pixels; a latent cell is 8.")),
              multiple_of(8, integer("height", {16, 16384}, 512, "Height in pixels.")),
              integer("batch_size", {1, 4096}, 1, "How many at once."),
          },
      .outputs =
          {
              {"latent", "LATENT", "Zeros."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
