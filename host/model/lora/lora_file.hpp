// A LoRA file: for each layer that it changes, a few small tensors. Which network the layers belong to,
// only their names say (network/layer_names.hpp).
#ifndef KSAMPLER_MODEL_LORA_LORA_FILE_HPP
#define KSAMPLER_MODEL_LORA_LORA_FILE_HPP

#include "host/files/tensor_file.hpp"
#include "host/model/lora/adapter_metadata.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ksampler {

struct LoraLayer {
  // The names of its tensors, by what each is to the layer: "lora_up", "hada_w1_a", "dora_scale".
  std::map<std::string, std::string, std::less<>> parts;
  // Of a tensor of its own, or of the file's metadata.
  std::optional<LayerAlpha> alpha;
};

struct Lora {
  std::shared_ptr<const TensorFile> file;
  std::map<std::string, LoraLayer> layers;  // by what stands before ".lora_up.weight"
  std::vector<std::string> others;          // tensors that mean nothing here
};

// What became of a file's layers, over all networks that it was offered to.
struct LoraUse {
  std::set<std::string> found;        // those that one of the networks has
  std::set<std::string> used;         // of them, those that changed a weight
  std::vector<std::string> left_out;  // a sentence for each tensor that was found, and not used
};

// Throws Error: no safetensors, no LoRA, one of another kind alone (OFT, (IA)^3, ...: named, with a
// tensor that shows it), two adapters for one layer, an alpha that is no number, metadata of an adapter
// that cannot be read.
Lora open_lora(const std::filesystem::path& path);

}  // namespace ksampler

#endif
