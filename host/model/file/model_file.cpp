#include "host/model/file/model_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/gguf/gguf_file.hpp"
#include "host/files/safetensors_header.hpp"
#include "host/files/torch/torch_file.hpp"
#include "host/model/file/diffusers_names.hpp"
#include "host/model/file/model_folder.hpp"
#include "host/model/file/pickle.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr char kIsPickle[] =
    "is a pickle that torch.save did not write: Python's reader would run any code that is in it, and "
    "this program reads none; expected safetensors, GGUF or a file of torch.save";
constexpr char kPointer[] =
    "is a Git LFS pointer, which stands for a file that was not fetched: `git lfs pull` does that";
constexpr char kWebPage[] =
    "is a web page, such as one comes in place of a download that is refused; expected safetensors, "
    "GGUF or a file of torch.save";

struct Sign {
  std::string_view part;  // of a tensor's name
  const char* reason;
};

constexpr char kLora[] =
    "is a LoRA, which changes a model and is none: the LoraLoader node adds it to one";
constexpr char kDiffusers[] =
    "is in diffusers' layout, and not a whole UNet or autoencoder of it; expected one, or the "
    "single-file layout, with names such as 'model.diffusion_model.input_blocks.0.0.weight'";

constexpr char kTransformers[] =
    "is a transformer in diffusers' layout, of a family that is not read in it; expected the "
    "single-file layout, as ComfyUI reads it";

constexpr std::array<Sign, 8> kSigns = {{
    {"lora_up.weight", kLora},
    {"lora_down.weight", kLora},
    {".lora_A.", kLora},
    {".lora_B.", kLora},
    {"down_blocks.0.resnets.", kDiffusers},
    {"transformer_blocks.0.norm1_context.", kTransformers},
    {"layers.0.attention.to_q.weight", kTransformers},
    {"blocks.0.cross_attn.norm_q.", "is a transformer for videos (Wan), which is not supported"},
}};

constexpr std::array<std::pair<const char*, const char*>, 10> kParts = {{
    {"model.diffusion_model.", "a diffusion network"},
    {"net.", "a diffusion network"},
    {"first_stage_model.", "an autoencoder"},
    {"vae.", "an autoencoder"},
    {"cond_stage_model.", "a text encoder"},
    {"conditioner.", "text encoders"},
    {"text_encoders.", "text encoders"},
    {"text_encoder.", "a text encoder"},
    {"text_encoder_2.", "a second text encoder"},
    {"text_encoder_3.", "a third text encoder"},
}};

// Of text encoders in files of their own.
constexpr std::array<std::pair<const char*, const char*>, 6> kEncoderMarks = {{
    {"text_model.final_layer_norm.weight", "a text encoder alone (CLIP)"},
    {"encoder.block.0.layer.0.SelfAttention.q.weight", "a text encoder alone (T5)"},
    {"model.layers.0.self_attn.q_norm.weight", "a text encoder alone (Qwen3)"},
    {"model.layers.0.self_attn.q_proj.bias", "a text encoder alone (Qwen2.5)"},
    {"model.layers.0.post_feedforward_layernorm.weight", "a text encoder alone (Gemma 2)"},
    {"tekken_model", "a text encoder alone (Mistral 3)"},
}};

bool is_web_page(std::string_view start) {
  const std::size_t at = start.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return false;
  std::string begin(start.substr(at, 9));
  std::transform(begin.begin(), begin.end(), begin.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return begin.starts_with("<!doctype") || begin.starts_with("<html");
}

void refuse_other_formats(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 256> start{};
  stream.read(start.data(), start.size());
  const std::string_view text(start.data(), static_cast<std::size_t>(stream.gcount()));
  const auto bytes = std::as_bytes(std::span(text));
  if (is_gguf(bytes) || is_safetensors(bytes) ||
      is_torch_file(bytes.first(std::min(bytes.size(), kTorchStartBytes))))
    return;
  if (is_pickle(text)) throw Error(Diagnostic::Kind::bad_file, {file.string()}, kIsPickle);
  if (text.starts_with("version https://git-lfs"))
    throw Error(Diagnostic::Kind::bad_file, {file.string()}, kPointer);
  if (is_web_page(text)) throw Error(Diagnostic::Kind::bad_file, {file.string()}, kWebPage);
}

std::shared_ptr<const TensorFile> open_parts(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return open_model_folder(file);
  const std::vector<std::filesystem::path> files = shards_of(file);
  if (files.size() > 1 || files[0] != file) return open_network_files(file, files);
  auto opened = open_tensor_file(file);
  return diffusers_layout_of(opened->tensors()) ? open_network_files(file, files) : opened;
}

}  // namespace

std::shared_ptr<const TensorFile> open_tensor_file(const std::filesystem::path& file) {
  refuse_other_formats(file);
  return TensorFile::open(file);
}

std::shared_ptr<const TensorFile> open_model_file(const std::filesystem::path& file) {
  const auto opened = open_parts(file);
  for (const auto& [name, view] : opened->tensors()) {
    for (const Sign& sign : kSigns) {
      if (name.find(sign.part) == std::string::npos) continue;
      throw Error(Diagnostic::Kind::bad_file, {file.string()},
                  sentence("{} (it has a tensor {})", sign.reason, quote(name)));
    }
  }
  return opened;
}

bool has_any(const TensorFile& file, const std::string& prefix) {
  const auto next = file.tensors().lower_bound(prefix);
  return next != file.tensors().end() && next->first.starts_with(prefix);
}

std::string contents(const TensorFile& file) {
  std::vector<std::string> parts;
  for (const auto& [prefix, name] : kParts) {
    if (has_any(file, prefix)) parts.emplace_back(name);
  }
  for (const char* mark : kNetworkMarks) {
    if (file.tensors().contains(mark)) parts.emplace_back("a diffusion network alone");
  }
  for (const char* mark : kAutoencoderMarks) {
    if (file.tensors().contains(mark)) parts.emplace_back("an autoencoder alone");
  }
  for (const auto& [mark, name] : kEncoderMarks) {
    if (file.tensors().contains(mark)) parts.emplace_back(name);
  }
  if (!parts.empty()) return "; it holds " + listed(parts);
  if (file.tensors().empty()) return "; it is empty";
  return "; its first tensor is " + quote(file.tensors().begin()->first);
}

std::string prefix_of(const TensorFile& file, const ModelPart& part) {
  const bool is_control =
      has_any(file, kControlPrefixes.front()) || file.tensors().contains(kControlMarks.front());
  if (is_control && part.marks.data() == kNetworkMarks.data()) {
    throw Error(
        Diagnostic::Kind::bad_file, {file.file().string()},
        "is a ControlNet, which goes beside a diffusion network: the ControlNetLoader node loads "
        "it");
  }
  for (const char* prefix : part.prefixes) {
    if (has_any(file, prefix)) return prefix;
  }
  for (const char* mark : part.marks) {
    if (file.tensors().contains(mark)) return "";
  }
  throw Error(Diagnostic::Kind::bad_file, {file.file().string()},
              sentence("holds no {} (expected tensors '{}...'){}", part.name, part.prefixes.front(),
                       contents(file)));
}

}  // namespace ksampler
