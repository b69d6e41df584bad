#ifndef KSAMPLER_NODES_CONDITIONING_FUNCTIONS_HPP
#define KSAMPLER_NODES_CONDITIONING_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// class_conditioning.cpp
NodeBody run_class_conditioning;

// clip_text_encode.cpp
NodeBody run_clip_set_last_layer;
NodeBody run_clip_text_encode;
NodeBody run_clip_text_encode_flux;
NodeBody run_clip_text_encode_lumina2;
NodeBody run_clip_text_encode_sd3;
NodeBody run_clip_text_encode_sdxl;
NodeBody run_clip_text_encode_sdxl_refiner;
NodeBody run_flux_guidance;
NodeBody run_reference_latent;
NodeBody run_reference_latent_method;
NodeBody run_t5_tokenizer_options;

// combine.cpp
NodeBody run_conditioning_combine;

// inpaint.cpp
NodeBody run_inpaint_model_conditioning;
NodeBody run_instruct_pix_to_pix_conditioning;

// mixtures.cpp
NodeBody run_conditioning_average;
NodeBody run_conditioning_concat;
NodeBody run_conditioning_multiply;
NodeBody run_conditioning_zero_out;

// qwen_image21.cpp
NodeBody run_text_encode_qwen_image21;

// qwen_image_edit.cpp
NodeBody run_text_encode_qwen_image_edit;
NodeBody run_text_encode_qwen_image_edit_plus;

// regions.cpp
NodeBody run_conditioning_set_area;
NodeBody run_conditioning_set_area_percentage;
NodeBody run_conditioning_set_area_strength;
NodeBody run_conditioning_set_mask;
NodeBody run_conditioning_set_timestep_range;

// style_model.cpp
NodeBody run_clip_vision_encode;
NodeBody run_style_model_apply;

// toy_conditioning.cpp
NodeBody run_toy_conditioning;

}  // namespace ksampler

#endif
