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

}  // namespace ksampler

#endif
