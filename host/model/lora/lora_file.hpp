// A LoRA file: for each layer that it changes, two or three small matrices. Which network the layers
// belong to, only their names say (lora_targets.hpp).
#ifndef KSAMPLER_MODEL_LORA_LORA_FILE_HPP
#define KSAMPLER_MODEL_LORA_LORA_FILE_HPP

#include "host/files/safetensors.hpp"
#include "host/model/lora/adapter_metadata.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// The names of its tensors.
struct LoraLayer {
  std::string up;
  std::string down;
  std::string mid;  // may be empty
  // Of a tensor of its own, or of the file's metadata.
  std::optional<LayerAlpha> alpha;
};

struct Lora {
  std::shared_ptr<const SafetensorsFile> file;
  std::map<std::string, LoraLayer> layers;  // by what stands before ".lora_up.weight"
  std::vector<std::string> others;          // tensors of which nothing is known
};

// Throws Error: no safetensors, no LoRA, one of another kind (LoHa, LoKr, DoRA, ...: named, with a
// tensor that shows it), a layer with only one of its matrices, an alpha that is no number, metadata of
// an adapter that cannot be read.
Lora open_lora(const std::filesystem::path& path);

}  // namespace ksampler

#endif
