// Models that are several files: shards of one network, and the folders that diffusers'
// save_pretrained writes, a folder for each network.
//
//   model_index.json
//   transformer/ or unet/   config.json, and diffusion_pytorch_model.safetensors, or shards of it,
//                           "-00001-of-00003", with an index; "fp16" before ".safetensors" is a variant
//   vae/                    the same
//   text_encoder/, text_encoder_2/, text_encoder_3/   the same, of model.safetensors
//   tokenizer/ ..., scheduler/
#ifndef KSAMPLER_MODEL_FILE_MODEL_FOLDER_HPP
#define KSAMPLER_MODEL_FILE_MODEL_FOLDER_HPP

#include "host/files/tensor_file.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace ksampler {

// Of a file: itself, or all shards where it is one, or an index of them. Throws Error for shards that
// are missing, and an index that is damaged.
std::vector<std::filesystem::path> shards_of(const std::filesystem::path& file);

// A folder of one network, or of a whole model: then its tensors have the names of a checkpoint, and
// those of text encoders begin with the name of their folder. Throws Error: nothing in it that can be
// read.
std::shared_ptr<const TensorFile> open_model_folder(const std::filesystem::path& folder);

// Files of one network, in whichever layout, as one file of that name.
std::shared_ptr<const TensorFile> open_network_files(const std::filesystem::path& name,
                                                     const std::vector<std::filesystem::path>& files);

}  // namespace ksampler

#endif
