#ifndef KSAMPLER_NODES_MODEL_FUNCTIONS_HPP
#define KSAMPLER_NODES_MODEL_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// differential_diffusion.cpp
NodeBody run_differential_diffusion;

// model_samplings.cpp
NodeBody run_model_noise_scale;
NodeBody run_model_sampling_aura_flow;
NodeBody run_model_sampling_continuous_edm;
NodeBody run_model_sampling_continuous_v;
NodeBody run_model_sampling_discrete;
NodeBody run_model_sampling_flux;
NodeBody run_model_sampling_sd3;

// picture_denoiser.cpp
NodeBody run_picture_denoiser;

// toy_denoiser.cpp
NodeBody run_toy_denoiser;

}  // namespace ksampler

#endif
