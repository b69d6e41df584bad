#ifndef KSAMPLER_NODES_MASK_FUNCTIONS_HPP
#define KSAMPLER_NODES_MASK_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// load.cpp
NodeBody run_load_image_mask;
NodeBody run_load_mask;

// masks.cpp
NodeBody run_image_to_mask;
NodeBody run_invert_mask;

}  // namespace ksampler

#endif
