#ifndef KSAMPLER_NODES_LATENT_FUNCTIONS_HPP
#define KSAMPLER_NODES_LATENT_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// arithmetic.cpp
NodeBody run_latent_add;
NodeBody run_latent_blend;
NodeBody run_latent_interpolate;
NodeBody run_latent_multiply;
NodeBody run_latent_subtract;

// batch.cpp
NodeBody run_batch_latents;
NodeBody run_latent_batch;
NodeBody run_latent_from_batch;
NodeBody run_repeat_latent_batch;

// composite.cpp
NodeBody run_latent_composite;
NodeBody run_latent_composite_masked;

// crop.cpp
NodeBody run_latent_crop;

// cut.cpp
NodeBody run_latent_cut_to_batch;

// empty.cpp
NodeBody run_empty_flux2_latent_image;
NodeBody run_empty_latent_image;
NodeBody run_empty_qwen_image_layered_latent_image;
NodeBody run_empty_sd3_latent_image;

// load.cpp
NodeBody run_load_latent;

// noise_mask.cpp
NodeBody run_set_latent_noise_mask;

// preview.cpp
NodeBody run_latent_preview;

// save.cpp
NodeBody run_save_latent;

// turns.cpp
NodeBody run_latent_flip;
NodeBody run_latent_rotate;

// upscale.cpp
NodeBody run_latent_upscale;
NodeBody run_latent_upscale_by;

// vae.cpp
NodeBody run_vae_decode;
NodeBody run_vae_decode_tiled;
NodeBody run_vae_encode;
NodeBody run_vae_encode_for_inpaint;
NodeBody run_vae_encode_tiled;

}  // namespace ksampler

#endif
