#ifndef KSAMPLER_NODES_SET_LATENT_NOISE_MASK_HPP
#define KSAMPLER_NODES_SET_LATENT_NOISE_MASK_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl set_latent_noise_mask_decl() {
  using namespace declare;
  return {
      .type = "SetLatentNoiseMask",
      .category = "latent",
      .summary = "Inpainting: limits sampling to where a mask is 1.",
      .inputs =
          {
              link("samples", "LATENT", "The latent to change a part of."),
              link("mask", "MASK", "1 where sampling may change the latent, 0 where it is kept."),
          },
      .outputs =
          {
              {"latent", "LATENT", "The latent with its mask."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
