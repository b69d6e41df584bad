#include "host/model/lora/lora_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/network/tensors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace ksampler {
namespace {

struct Ending {
  std::string_view text;
  std::string_view part;  // of a layer
};

constexpr std::string_view kAlpha = "alpha";

// What names of tensors end in. The first that fits holds.
constexpr auto kEndings = std::to_array<Ending>({
    {".alpha", kAlpha},
    // kohya's, peft's, and diffusers' older two
    {".lora_up.weight", "lora_up"},
    {".lora_down.weight", "lora_down"},
    {".lora_mid.weight", "lora_mid"},
    {".lora_B.weight", "lora_up"},
    {".lora_A.weight", "lora_down"},
    {".lora_B.bias", "diff_b"},
    {".lora_B", "lora_up"},
    {".lora_A", "lora_down"},
    {".lora_linear_layer.up.weight", "lora_up"},
    {".lora_linear_layer.down.weight", "lora_down"},
    {".lora.up.weight", "lora_up"},
    {".lora.down.weight", "lora_down"},
    {"_lora.up.weight", "lora_up"},
    {"_lora.down.weight", "lora_down"},
    {".dora_scale", "dora_scale"},
    {".lora_magnitude_vector.weight", "lora_magnitude_vector"},
    {".lora_magnitude_vector", "lora_magnitude_vector"},
    // LyCORIS'
    {".hada_w1_a", "hada_w1_a"},
    {".hada_w1_b", "hada_w1_b"},
    {".hada_w2_a", "hada_w2_a"},
    {".hada_w2_b", "hada_w2_b"},
    {".hada_t1", "hada_t1"},
    {".hada_t2", "hada_t2"},
    {".lokr_w1", "lokr_w1"},
    {".lokr_w1_a", "lokr_w1_a"},
    {".lokr_w1_b", "lokr_w1_b"},
    {".lokr_w2", "lokr_w2"},
    {".lokr_w2_a", "lokr_w2_a"},
    {".lokr_w2_b", "lokr_w2_b"},
    {".lokr_t2", "lokr_t2"},
    {".a1.weight", "a1"},
    {".a2.weight", "a2"},
    {".b1.weight", "b1"},
    {".b2.weight", "b2"},
    {".diff", "diff"},
    {".diff_b", "diff_b"},
    {".w_norm", "w_norm"},
    {".b_norm", "b_norm"},
    {".set_weight", "set_weight"},
    {".reshape_weight", "reshape_weight"},
});

// A tensor's layer, and what it is there.
struct Part {
  std::string layer;
  std::string part;
};

// peft puts the name of an adapter before ".weight", "to_q.lora_A.default_0.weight", or at the end,
// "to_q.lokr_w1.default".
std::optional<Part> part_with_adapter(std::string_view name) {
  constexpr std::string_view kWeight = ".weight";
  const bool is_weight = name.ends_with(kWeight);
  if (is_weight) name.remove_suffix(kWeight.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  name = name.substr(0, dot);
  for (const auto& [ending, part] : kEndings) {
    const bool named_so = is_weight ? ending.starts_with(".lora_")
                                    : ending.starts_with(".lokr_") || ending.starts_with(".hada_");
    if (!named_so || !name.ends_with(ending)) continue;
    return Part{std::string(name.substr(0, name.size() - ending.size())), std::string(part)};
  }
  return std::nullopt;
}

std::optional<Part> part_of(std::string_view name) {
  for (const auto& [ending, part] : kEndings) {
    if (!name.ends_with(ending)) continue;
    return Part{std::string(name.substr(0, name.size() - ending.size())), std::string(part)};
  }
  return part_with_adapter(name);
}

struct OtherKind {
  std::string_view part;  // of a tensor's name
  const char* name;
};

constexpr auto kOtherKinds = std::to_array<OtherKind>({
    {".oft_", "an OFT (rotations of weights)"},
    {".boft_", "a BOFT (rotations of weights)"},
    {".on_input", "an (IA)^3 (scales of activations)"},
});

[[noreturn]] void refuse_without_layers(const Lora& lora) {
  const std::string file = lora.file->file().string();
  for (const std::string& name : lora.others) {
    for (const auto& [part, kind] : kOtherKinds) {
      if (name.find(part) == std::string::npos) continue;
      throw Error({file}, sentence("is {}, which is not supported (it has a tensor {}); expected a "
                                   "LoRA, LoHa, LoKr or the like",
                                   kind, quote(name)));
    }
  }
  throw Error({file},
              "is no LoRA: no tensor's name ends in '.lora_up.weight', '.lora_B.weight' or the like" +
                  (lora.others.empty() ? std::string("; it is empty")
                                       : "; its first tensor is " + quote(lora.others.front())));
}

double read_alpha(const std::shared_ptr<const TensorFile>& file, const std::string& name) {
  const at::Tensor alpha = map_tensor(file, name);
  const double value = alpha.numel() == 1 ? alpha.item<double>() : NAN;
  if (std::isfinite(value)) return value;
  throw Error({file->file().string()}, sentence("tensor {} has shape {}; an alpha is one finite number",
                                                quote(name), shape_text(alpha.sizes())));
}

// Notes what a tensor is to its layer; two of one file may not be the same.
void put(const TensorFile& file, std::string& place, const std::string& name) {
  if (!place.empty()) {
    throw Error({file.file().string()},
                sentence("holds two LoRAs: tensors {} and {} are of the same layer; expected one",
                         quote(place), quote(name)));
  }
  place = name;
}

// Black Forest Labs' LoRAs (Flux.1 Depth and Canny) have the norms of q and k as they are to be, under
// the names that they have in the network.
void take_norms(Lora& lora) {
  constexpr std::string_view kScale = ".scale";
  const auto is_norm = [](const std::string& name) { return name.ends_with("_norm.scale"); };
  for (const std::string& name : lora.others) {
    if (!is_norm(name)) continue;
    put(*lora.file, lora.layers[name.substr(0, name.size() - kScale.size())].parts["set_weight"], name);
  }
  std::erase_if(lora.others, is_norm);
}

}  // namespace

Lora open_lora(const std::filesystem::path& path) {
  Lora lora{open_tensor_file(path), {}, {}};
  const TensorFile& file = *lora.file;
  for (const auto& [name, view] : file.tensors()) {
    const std::optional<Part> part = part_of(name);
    if (!part) {
      lora.others.push_back(name);
      continue;
    }
    LoraLayer& layer = lora.layers[part->layer];
    if (part->part == kAlpha) {
      layer.alpha = LayerAlpha{read_alpha(lora.file, name)};
    } else {
      put(file, layer.parts[part->part], name);
    }
  }
  const bool none = std::all_of(lora.layers.begin(), lora.layers.end(),
                                [](const auto& layer) { return layer.second.parts.empty(); });
  if (none) refuse_without_layers(lora);
  take_norms(lora);
  const AdapterMetadata metadata(file);
  for (auto& [name, layer] : lora.layers) {
    if (!layer.alpha) layer.alpha = metadata.alpha_of(name);
  }
  return lora;
}

}  // namespace ksampler
