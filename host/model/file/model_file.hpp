// Files of models, mapped and checked by their headers: as much as can be said of one without LibTorch.
#ifndef KSAMPLER_MODEL_FILE_MODEL_FILE_HPP
#define KSAMPLER_MODEL_FILE_MODEL_FILE_HPP

#include "host/files/safetensors.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace ksampler {

// Maps a file of tensors. Throws Error that says why for a pickle or another format.
std::shared_ptr<const SafetensorsFile> open_safetensors(const std::filesystem::path& file);

// Maps a model file. Throws Error that says why for a pickle or another format, a LoRA, or a model in
// diffusers' layout.
std::shared_ptr<const SafetensorsFile> open_model_file(const std::filesystem::path& file);

// Whether a tensor's name begins with `prefix`.
bool has_any(const SafetensorsFile& file, const std::string& prefix);

// A network of a model file: its tensors' names begin with `prefix` in the single-file layout; a file
// of it alone may leave that out, and then has a tensor `mark`.
struct ModelPart {
  const char* name;
  const char* prefix;
  const char* mark;
};
inline constexpr ModelPart kUnetPart = {"UNet", "model.diffusion_model.", "input_blocks.0.0.weight"};
inline constexpr ModelPart kAutoencoderPart = {"autoencoder", "first_stage_model.",
                                               "decoder.conv_in.weight"};

// What stands before the names of the part's tensors in `file`: its prefix, or nothing. Throws Error
// that says what the file holds in its place.
std::string prefix_of(const SafetensorsFile& file, const ModelPart& part);

}  // namespace ksampler

#endif
