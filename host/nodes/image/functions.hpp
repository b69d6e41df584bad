#ifndef KSAMPLER_NODES_IMAGE_FUNCTIONS_HPP
#define KSAMPLER_NODES_IMAGE_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// blend.cpp
NodeBody run_image_blend;

// grid.cpp
NodeBody run_image_grid;

// load.cpp
NodeBody run_load_image;

// pad.cpp
NodeBody run_image_pad_for_outpaint;

// pixels.cpp
NodeBody run_empty_image;
NodeBody run_get_image_size;
NodeBody run_image_batch;
NodeBody run_image_crop;
NodeBody run_image_invert;

// save.cpp
NodeBody run_preview_image;
NodeBody run_save_image;

// scale.cpp
NodeBody run_image_scale;
NodeBody run_image_scale_by;
NodeBody run_image_scale_to_total_pixels;

}  // namespace ksampler

#endif
