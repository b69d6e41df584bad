#ifndef KSAMPLER_NODES_SAMPLING_FUNCTIONS_HPP
#define KSAMPLER_NODES_SAMPLING_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// guiders.cpp
NodeBody run_basic_guider;
NodeBody run_cfg_guider;
NodeBody run_dual_cfg_guider;

// ksampler.cpp
NodeBody run_ksampler;
NodeBody run_ksampler_advanced;

// noises.cpp
NodeBody run_disable_noise;
NodeBody run_random_noise;

// sampler_custom_advanced.cpp
NodeBody run_sampler_custom_advanced;

// sigmas.cpp
NodeBody run_basic_scheduler;
NodeBody run_flip_sigmas;
NodeBody run_ksampler_select;
NodeBody run_manual_sigmas;
NodeBody run_split_sigmas;
NodeBody run_split_sigmas_denoise;

}  // namespace ksampler

#endif
