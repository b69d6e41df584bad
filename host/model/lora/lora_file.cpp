#include "host/model/lora/lora_file.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/network/tensors.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

enum class Role { up, down, mid, alpha };

struct Ending {
  std::string_view text;
  Role role;
};

// What names of tensors end in: kohya's, peft's, and diffusers' older two.
constexpr std::array<Ending, 12> kEndings = {{
    {".lora_up.weight", Role::up},
    {".lora_down.weight", Role::down},
    {".lora_mid.weight", Role::mid},
    {".alpha", Role::alpha},
    {".lora_B.weight", Role::up},
    {".lora_A.weight", Role::down},
    {".lora_linear_layer.up.weight", Role::up},
    {".lora_linear_layer.down.weight", Role::down},
    {".lora.up.weight", Role::up},
    {".lora.down.weight", Role::down},
    {"_lora.up.weight", Role::up},
    {"_lora.down.weight", Role::down},
}};

// A tensor's layer, and what it is there.
struct Part {
  std::string layer;
  Role role;
};

// peft puts the name of an adapter before ".weight": "to_q.lora_A.default_0.weight".
std::optional<Part> part_with_adapter(std::string_view name) {
  constexpr std::string_view kWeight = ".weight";
  if (!name.ends_with(kWeight)) return std::nullopt;
  name.remove_suffix(kWeight.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  name = name.substr(0, dot);
  for (const auto& [ending, role] :
       {std::pair{".lora_B", Role::up}, std::pair{".lora_A", Role::down}}) {
    if (!name.ends_with(ending)) continue;
    return Part{std::string(name.substr(0, name.size() - std::string_view(ending).size())), role};
  }
  return std::nullopt;
}

std::optional<Part> part_of(std::string_view name) {
  for (const Ending& ending : kEndings) {
    if (!name.ends_with(ending.text)) continue;
    return Part{std::string(name.substr(0, name.size() - ending.text.size())), ending.role};
  }
  return part_with_adapter(name);
}

struct OtherKind {
  std::string_view part;  // of a tensor's name, or its end
  bool at_end;
  const char* name;
};

constexpr std::array<OtherKind, 11> kOtherKinds = {{
    {".hada_w", false, "a LoHa (products of matrices, element by element)"},
    {".hada_t", false, "a LoHa (products of matrices, element by element)"},
    {".lokr_", false, "a LoKr (Kronecker products)"},
    {".dora_scale", false, "a DoRA (weights decomposed into direction and magnitude)"},
    {".lora_magnitude_vector", false, "a DoRA (weights decomposed into direction and magnitude)"},
    {".oft_", false, "an OFT (rotations of weights)"},
    {".boft_", false, "a BOFT (rotations of weights)"},
    {".on_input", false, "an (IA)^3 (scales of activations)"},
    {".diff", true, "a set of differences of whole weights"},
    {".diff_b", true, "a set of differences of whole weights"},
    {".b1.weight", true, "a GLoRA"},
}};

void refuse_other_kinds(const SafetensorsFile& file) {
  for (const auto& [name, view] : file.tensors()) {
    for (const OtherKind& kind : kOtherKinds) {
      const std::string_view whole = name;
      const bool shows =
          kind.at_end ? whole.ends_with(kind.part) : whole.find(kind.part) != std::string_view::npos;
      if (!shows) continue;
      throw Error({file.file().string()}, std::string("is ") + kind.name +
                                              ", which is not supported (it has a tensor " +
                                              quote(name) + "); expected a LoRA, two matrices a layer");
    }
  }
}

double read_alpha(const std::shared_ptr<const SafetensorsFile>& file, const std::string& name) {
  const at::Tensor alpha = map_tensor(file, name);
  const double value = alpha.numel() == 1 ? alpha.item<double>() : NAN;
  if (std::isfinite(value)) return value;
  throw Error({file->file().string()}, "tensor " + quote(name) + " has shape " +
                                           shape_text(alpha.sizes()) +
                                           "; an alpha is one finite number");
}

// Notes what a tensor is to its layer; two of one file may not be the same.
void put(const SafetensorsFile& file, std::string& place, const std::string& name) {
  if (!place.empty()) {
    throw Error({file.file().string()}, "holds two LoRAs: tensors " + quote(place) + " and " +
                                            quote(name) + " are of the same layer; expected one");
  }
  place = name;
}

void check_whole(const SafetensorsFile& file, const std::string& name, const LoraLayer& layer) {
  if (!layer.up.empty() && !layer.down.empty()) return;
  const bool has_up = !layer.up.empty();
  const bool has_any = has_up || !layer.down.empty();
  throw Error({file.file().string()},
              has_any ? "tensor " + quote(has_up ? layer.up : layer.down) + " stands alone: the " +
                            (has_up ? "down" : "up") + " matrix of the layer is missing"
                      : "layer " + quote(name) + " has neither an up nor a down matrix");
}

}  // namespace

Lora open_lora(const std::filesystem::path& path) {
  Lora lora{open_safetensors(path), {}, {}};
  const SafetensorsFile& file = *lora.file;
  refuse_other_kinds(file);
  for (const auto& [name, view] : file.tensors()) {
    const std::optional<Part> part = part_of(name);
    if (!part) {
      lora.others.push_back(name);
      continue;
    }
    LoraLayer& layer = lora.layers[part->layer];
    if (part->role == Role::up) put(file, layer.up, name);
    if (part->role == Role::down) put(file, layer.down, name);
    if (part->role == Role::mid) put(file, layer.mid, name);
    if (part->role == Role::alpha) layer.alpha = LayerAlpha{read_alpha(lora.file, name)};
  }
  if (lora.layers.empty()) {
    throw Error({path.string()},
                "is no LoRA: no tensor's name ends in '.lora_up.weight', '.lora_B.weight' or the like" +
                    (lora.others.empty() ? std::string("; it is empty")
                                         : "; its first tensor is " + quote(lora.others.front())));
  }
  const AdapterMetadata metadata(file);
  for (auto& [name, layer] : lora.layers) {
    check_whole(file, name, layer);
    if (!layer.alpha) layer.alpha = metadata.alpha_of(name);
  }
  return lora;
}

}  // namespace ksampler
