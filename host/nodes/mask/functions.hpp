#ifndef KSAMPLER_NODES_MASK_FUNCTIONS_HPP
#define KSAMPLER_NODES_MASK_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// batch.cpp
NodeBody run_batch_masks;

// combine.cpp
NodeBody run_mask_composite;

// edges.cpp
NodeBody run_feather_mask;
NodeBody run_grow_mask;

// load.cpp
NodeBody run_load_image_mask;
NodeBody run_load_mask;

// masks.cpp
NodeBody run_crop_mask;
NodeBody run_image_color_to_mask;
NodeBody run_image_to_mask;
NodeBody run_invert_mask;
NodeBody run_mask_to_image;
NodeBody run_solid_mask;
NodeBody run_threshold_mask;

}  // namespace ksampler

#endif
