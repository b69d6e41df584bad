// Files of models, mapped and checked by their headers: as much as can be said of one without LibTorch.
#ifndef KSAMPLER_MODEL_MODEL_FILE_HPP
#define KSAMPLER_MODEL_MODEL_FILE_HPP

#include "host/files/safetensors.hpp"

#include <filesystem>
#include <memory>

namespace ksampler {

// Maps a file of tensors. Throws Error that says why for a pickle or another format.
std::shared_ptr<const SafetensorsFile> open_safetensors(const std::filesystem::path& file);

// Maps a model file. Throws Error that says why for a pickle or another format, a LoRA, or a model in
// diffusers' layout.
std::shared_ptr<const SafetensorsFile> open_model_file(const std::filesystem::path& file);

}  // namespace ksampler

#endif
