// diffusers' names of a UNet's and of an autoencoder's layers, which count in levels where the authors'
// count all blocks, or count the levels from the other end.
#ifndef KSAMPLER_MODEL_FILE_DIFFUSERS_UNET_HPP
#define KSAMPLER_MODEL_FILE_DIFFUSERS_UNET_HPP

#include "host/model/file/diffusers_names.hpp"

namespace ksampler {

// A layer's name there, and the authors'.
struct DiffusersLayer {
  std::string_view there;
  std::string_view here;
};

// Within a residual block of a UNet.
inline constexpr std::array<DiffusersLayer, 6> kUnetResidual = {{{"norm1", "in_layers.0"},
                                                                 {"conv1", "in_layers.2"},
                                                                 {"time_emb_proj", "emb_layers.1"},
                                                                 {"norm2", "out_layers.0"},
                                                                 {"conv2", "out_layers.3"},
                                                                 {"conv_shortcut", "skip_connection"}}};
// Before and after its blocks.
inline constexpr std::array<DiffusersLayer, 7> kUnetEnds = {
    {{"time_embedding.linear_1", "time_embed.0"},
     {"time_embedding.linear_2", "time_embed.2"},
     {"add_embedding.linear_1", "label_emb.0.0"},
     {"add_embedding.linear_2", "label_emb.0.2"},
     {"conv_in", "input_blocks.0.0"},
     {"conv_norm_out", "out.0"},
     {"conv_out", "out.2"}}};

// `tensors`: all of the network, which tell how many blocks each level has.
std::string single_unet_name(const TensorEntries& tensors, const std::string& name);
std::string single_control_name(const TensorEntries& tensors, const std::string& name);
SingleName single_autoencoder_name(const TensorEntries& tensors, const std::string& name);
// Wan 2.1's, and so Qwen-Image's.
std::string single_wan_name(const TensorEntries& tensors, const std::string& name);

}  // namespace ksampler

#endif
