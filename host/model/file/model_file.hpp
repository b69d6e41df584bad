// Files of models, opened and checked by their headers: as much as can be said of one without LibTorch.
#ifndef KSAMPLER_MODEL_FILE_MODEL_FILE_HPP
#define KSAMPLER_MODEL_FILE_MODEL_FILE_HPP

#include "host/files/tensor_file.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace ksampler {

// Opens a file of tensors: safetensors, or of torch.save. Throws Error that says why for a pickle of
// others or another format.
std::shared_ptr<const TensorFile> open_tensor_file(const std::filesystem::path& file);

// Opens a model file, likewise. Throws Error that says why for another format, a LoRA, or a model in
// diffusers' layout.
std::shared_ptr<const TensorFile> open_model_file(const std::filesystem::path& file);

// Whether a tensor's name begins with `prefix`.
bool has_any(const TensorFile& file, const std::string& prefix);

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
std::string prefix_of(const TensorFile& file, const ModelPart& part);

}  // namespace ksampler

#endif
