// Files of models, opened and checked by their headers: as much as can be said of one without LibTorch.
#ifndef KSAMPLER_MODEL_FILE_MODEL_FILE_HPP
#define KSAMPLER_MODEL_FILE_MODEL_FILE_HPP

#include "host/files/tensor_file.hpp"

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace ksampler {

// Opens a file of tensors: safetensors, or of torch.save. Throws Error that says why for a pickle of
// others or another format.
std::shared_ptr<const TensorFile> open_tensor_file(const std::filesystem::path& file);

// Opens a model file, or a folder of them (model_folder.hpp), likewise: in the single-file layout,
// where it is in that of diffusers. Throws Error that says why for another format, a LoRA, or a model
// in diffusers' layout whose family is not read in that.
std::shared_ptr<const TensorFile> open_model_file(const std::filesystem::path& file);

// Whether a tensor's name begins with `prefix`.
bool has_any(const TensorFile& file, const std::string& prefix);

// A network of a model file: its tensors' names begin with one of `prefixes` in the single-file layout;
// a file of it alone may leave that out, and then has one of the tensors `marks`.
struct ModelPart {
  const char* name;
  std::span<const char* const> prefixes;
  std::span<const char* const> marks;
};
// The second is that of Cosmos' files, and so of Anima's.
inline constexpr std::array<const char*, 2> kNetworkPrefixes = {"model.diffusion_model.", "net."};
// A UNet's mark; Flux.1's, SD 3's, Z-Image's, Qwen-Image's, Krea 2's, Anima's and Qwen-Image 2.1's.
inline constexpr std::array<const char*, 8> kNetworkMarks = {"input_blocks.0.0.weight",
                                                             "double_blocks.0.img_attn.qkv.weight",
                                                             "joint_blocks.0.x_block.attn.qkv.weight",
                                                             "cap_embedder.1.weight",
                                                             "transformer_blocks.0.img_mod.1.weight",
                                                             "txtfusion.projector.weight",
                                                             "llm_adapter.embed.weight",
                                                             "txt_in.text_norm.weight"};
inline constexpr std::array<const char*, 2> kAutoencoderPrefixes = {"first_stage_model.", "vae."};
inline constexpr std::array<const char*, 2> kAutoencoderMarks = {"decoder.conv_in.weight",
                                                                 "decoder.middle.0.residual.0.gamma"};
inline constexpr std::array<const char*, 1> kControlPrefixes = {"control_model."};
inline constexpr std::array<const char*, 1> kControlMarks = {"input_hint_block.0.weight"};
inline constexpr ModelPart kNetworkPart = {"diffusion network", kNetworkPrefixes, kNetworkMarks};
inline constexpr ModelPart kAutoencoderPart = {"autoencoder", kAutoencoderPrefixes, kAutoencoderMarks};
inline constexpr ModelPart kControlPart = {"ControlNet", kControlPrefixes, kControlMarks};

// "; it holds an autoencoder", or what its tensors are called: for messages.
std::string contents(const TensorFile& file);

// What stands before the names of the part's tensors in `file`: its prefix, or nothing. Throws Error
// that says what the file holds in its place.
std::string prefix_of(const TensorFile& file, const ModelPart& part);

}  // namespace ksampler

#endif
