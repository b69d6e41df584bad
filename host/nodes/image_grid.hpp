#ifndef KSAMPLER_NODES_IMAGE_GRID_HPP
#define KSAMPLER_NODES_IMAGE_GRID_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline NodeDecl image_grid_decl() {
  using namespace declare;
  return {
      .type = "ImageGrid",
      .category = "image",
      .summary = "Lays the pictures of a batch out in rows.",
      .inputs =
          {
              link("images", "IMAGE", "The pictures."),
              integer("columns", {0, 4096}, 0, "Pictures a row; 0 for as many rows as columns."),
              integer("gap", {0, 1024}, 0, "Pixels between pictures."),
          },
      .outputs =
          {
              {"image", "IMAGE", "One picture."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
