// The functions of all nodes, one line each: a new node adds its file, its declaration and a line here
// and in functions.cpp.
#ifndef KSAMPLER_NODES_NODE_LIST_HPP
#define KSAMPLER_NODES_NODE_LIST_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

std::vector<Value> run_ksampler(const NodeContext& context, const Inputs& in);
std::vector<Value> run_ksampler_advanced(const NodeContext& context, const Inputs& in);
std::vector<Value> run_empty_latent_image(const NodeContext& context, const Inputs& in);
std::vector<Value> run_load_latent(const NodeContext& context, const Inputs& in);
std::vector<Value> run_save_latent(const NodeContext& context, const Inputs& in);
std::vector<Value> run_latent_preview(const NodeContext& context, const Inputs& in);
std::vector<Value> run_image_grid(const NodeContext& context, const Inputs& in);
std::vector<Value> run_save_image(const NodeContext& context, const Inputs& in);
std::vector<Value> run_load_mask(const NodeContext& context, const Inputs& in);
std::vector<Value> run_set_latent_noise_mask(const NodeContext& context, const Inputs& in);
std::vector<Value> run_toy_denoiser(const NodeContext& context, const Inputs& in);
std::vector<Value> run_toy_conditioning(const NodeContext& context, const Inputs& in);
std::vector<Value> run_conditioning_combine(const NodeContext& context, const Inputs& in);
std::vector<Value> run_picture_denoiser(const NodeContext& context, const Inputs& in);
std::vector<Value> run_class_conditioning(const NodeContext& context, const Inputs& in);
std::vector<Value> run_random_noise(const NodeContext& context, const Inputs& in);
std::vector<Value> run_disable_noise(const NodeContext& context, const Inputs& in);
std::vector<Value> run_cfg_guider(const NodeContext& context, const Inputs& in);
std::vector<Value> run_basic_guider(const NodeContext& context, const Inputs& in);
std::vector<Value> run_dual_cfg_guider(const NodeContext& context, const Inputs& in);
std::vector<Value> run_ksampler_select(const NodeContext& context, const Inputs& in);
std::vector<Value> run_basic_scheduler(const NodeContext& context, const Inputs& in);
std::vector<Value> run_manual_sigmas(const NodeContext& context, const Inputs& in);
std::vector<Value> run_split_sigmas(const NodeContext& context, const Inputs& in);
std::vector<Value> run_split_sigmas_denoise(const NodeContext& context, const Inputs& in);
std::vector<Value> run_flip_sigmas(const NodeContext& context, const Inputs& in);
std::vector<Value> run_sampler_custom_advanced(const NodeContext& context, const Inputs& in);
std::vector<Value> run_conditioning_set_area(const NodeContext& context, const Inputs& in);
std::vector<Value> run_conditioning_set_mask(const NodeContext& context, const Inputs& in);
std::vector<Value> run_conditioning_set_timestep_range(const NodeContext& context, const Inputs& in);

}  // namespace ksampler

#endif
