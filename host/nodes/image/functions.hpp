#ifndef KSAMPLER_NODES_IMAGE_FUNCTIONS_HPP
#define KSAMPLER_NODES_IMAGE_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// grid.cpp
NodeBody run_image_grid;

// load.cpp
NodeBody run_load_image;

// save.cpp
NodeBody run_preview_image;
NodeBody run_save_image;

// scale.cpp
NodeBody run_image_scale;

}  // namespace ksampler

#endif
