// Networks for the nodes: loaded once a process and file, with a warning for what a file has too much.
#ifndef KSAMPLER_NODES_LOADERS_MODELS_HPP
#define KSAMPLER_NODES_LOADERS_MODELS_HPP

#include "host/nodes/values.hpp"
#include "host/runtime/node_context.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

// `type`: "default", "fp32", "fp16" or "bf16".
ModelValue unet_from(const NodeContext& context, const Node& node, const std::filesystem::path& file,
                     const std::string& type = "default");
VaeValue vae_from(const NodeContext& context, const Node& node, const std::filesystem::path& file);
// An encoder of each file; of one file, all that it has.
ClipValue clip_from(const NodeContext& context, const Node& node,
                    const std::vector<std::filesystem::path>& files, at::Device device,
                    TextUse use = TextUse::as_found);

// CLIP's or SigLIP's vision, and Flux.1 Redux.
ClipVisionValue clip_vision_from(const NodeContext& context, const Node& node,
                                 const std::filesystem::path& file);
StyleModelValue style_model_from(const NodeContext& context, const Node& node,
                                 const std::filesystem::path& file);

// Warns of tensors of the file that its network has no use for.
void warn_of_surplus(const NodeContext& context, const Node& node, const std::filesystem::path& file,
                     const std::vector<std::string>& surplus);

// Warns of what a checkpoint holds beside its UNet, autoencoder and text encoders.
void warn_of_strangers(const NodeContext& context, const Node& node, const std::filesystem::path& file);

// How many of the names at fault a warning says.
inline constexpr std::size_t kNamed = 3;

}  // namespace ksampler

#endif
