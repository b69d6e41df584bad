#ifndef KSAMPLER_NODES_LATENT_BLEND_HPP
#define KSAMPLER_NODES_LATENT_BLEND_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_blend_decl() {
  using namespace declare;
  return {
      .type = "LatentBlend",
      .category = "latent",
      .summary = "Mixes two latents.",
      .inputs =
          {
              link("samples1", "LATENT", "The first, whose size the result has."),
              link("samples2", "LATENT",
                   "The second; resized where its size differs (bicubic, cropped)."),
              number("blend_factor", {0.0, 1.0}, 0.5, "The share of the first."),
          },
      .outputs =
          {
              {"latent", "LATENT", "samples1 * blend_factor + samples2 * (1 - blend_factor)."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
