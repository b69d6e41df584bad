#ifndef KSAMPLER_NODES_LATENT_MULTIPLY_HPP
#define KSAMPLER_NODES_LATENT_MULTIPLY_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl latent_multiply_decl() {
  using namespace declare;
  return {
      .type = "LatentMultiply",
      .category = "latent",
      .summary = "Multiplies a latent by a number.",
      .inputs =
          {
              link("samples", "LATENT", "The latent."),
              number("multiplier", {-10.0, 10.0}, 1.0, "The number."),
          },
      .outputs =
          {
              {"latent", "LATENT", "samples * multiplier."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
