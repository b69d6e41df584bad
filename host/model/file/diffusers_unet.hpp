// diffusers' names of a UNet's and of an autoencoder's layers, which count in levels where the authors'
// count all blocks, or count the levels from the other end.
#ifndef KSAMPLER_MODEL_FILE_DIFFUSERS_UNET_HPP
#define KSAMPLER_MODEL_FILE_DIFFUSERS_UNET_HPP

#include "host/model/file/diffusers_names.hpp"

namespace ksampler {

// `tensors`: all of the network, which tell how many blocks each level has.
std::string single_unet_name(const TensorEntries& tensors, const std::string& name);
std::string single_control_name(const TensorEntries& tensors, const std::string& name);
SingleName single_autoencoder_name(const TensorEntries& tensors, const std::string& name);
// Wan 2.1's, and so Qwen-Image's.
std::string single_wan_name(const TensorEntries& tensors, const std::string& name);

}  // namespace ksampler

#endif
