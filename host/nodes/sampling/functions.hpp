#ifndef KSAMPLER_NODES_SAMPLING_FUNCTIONS_HPP
#define KSAMPLER_NODES_SAMPLING_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// guiders.cpp
NodeBody run_basic_guider;
NodeBody run_cfg_guider;
NodeBody run_dual_cfg_guider;

// model_guiders.cpp
NodeBody run_guider;
NodeBody run_guider_face;

// model_noises.cpp
NodeBody run_noise;

// ksampler.cpp
NodeBody run_ksampler;
NodeBody run_ksampler_advanced;

// noises.cpp
NodeBody run_add_noise;
NodeBody run_disable_noise;
NodeBody run_random_noise;

// sampler_custom.cpp
NodeBody run_sampler_custom;
NodeBody run_sampler_custom_advanced;

// samplers.cpp
NodeBody run_ksampler_select;
NodeBody run_sampler_around;
NodeBody run_sampler_er_sde;
NodeBody run_sampler_face;

// schedules.cpp
NodeBody run_align_your_steps_scheduler;
NodeBody run_basic_scheduler;
NodeBody run_beta_sampling_scheduler;
NodeBody run_flow_scheduler_face;
NodeBody run_ltxv_scheduler;
NodeBody run_scheduler_face;
NodeBody run_sd_turbo_scheduler;

// sigmas.cpp
NodeBody run_extend_intermediate_sigmas;
NodeBody run_flip_sigmas;
NodeBody run_manual_sigmas;
NodeBody run_sampling_percent_to_sigma;
NodeBody run_set_first_sigma;
NodeBody run_split_sigmas;
NodeBody run_split_sigmas_denoise;

}  // namespace ksampler

#endif
