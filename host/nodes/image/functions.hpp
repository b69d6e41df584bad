#ifndef KSAMPLER_NODES_IMAGE_FUNCTIONS_HPP
#define KSAMPLER_NODES_IMAGE_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// alpha.cpp
NodeBody run_join_image_with_alpha;
NodeBody run_split_image_with_alpha;

// batches.cpp
NodeBody run_batch_images;
NodeBody run_image_batch;
NodeBody run_image_from_batch;
NodeBody run_repeat_image_batch;

// blend.cpp
NodeBody run_image_blend;

// composite.cpp
NodeBody run_image_composite_masked;

// grid.cpp
NodeBody run_image_grid;

// load.cpp
NodeBody run_load_image;

// pad.cpp
NodeBody run_image_pad_for_outpaint;

// pixels.cpp
NodeBody run_empty_image;
NodeBody run_get_image_size;
NodeBody run_image_crop;
NodeBody run_image_invert;

// resize_any.cpp
NodeBody run_resize_image_mask;

// save.cpp
NodeBody run_image_compare;
NodeBody run_preview_image;
NodeBody run_save_image;
NodeBody run_save_image_advanced;

// scale.cpp
NodeBody run_flux_kontext_image_scale;
NodeBody run_image_scale;
NodeBody run_image_scale_by;
NodeBody run_image_scale_to_max_dimension;
NodeBody run_image_scale_to_total_pixels;

// turns.cpp
NodeBody run_image_flip;
NodeBody run_image_rotate;

}  // namespace ksampler

#endif
