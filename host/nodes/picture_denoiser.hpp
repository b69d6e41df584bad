#ifndef KSAMPLER_NODES_PICTURE_DENOISER_HPP
#define KSAMPLER_NODES_PICTURE_DENOISER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/parameterization_input.hpp"

namespace ksampler {

inline NodeDecl picture_denoiser_decl() {
  using namespace declare;
  return {
      .type = "PictureDenoiser",
      .category = "model",
      .summary =
          "The exact denoiser of a set of pictures: what sampling finds are pictures of the set.",
      .inputs =
          {
              file("file", FileKind::tensors, "A safetensors file of labelled pictures."),
              parameterization_input(),
          },
      .outputs =
          {
              {"model", "MODEL", "The denoiser; its latents are the pictures themselves."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
