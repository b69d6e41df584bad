#include "host/model/lora/lora.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/lora/kinds.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/ops/prod.h>

#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace ksampler {
namespace {

struct Kind {
  std::string_view sign;  // a part that only this kind has
  LayerFormula (*make)(const LayerTensors& layer, const LoraTarget& target);
  bool may_be_dora = true;
};

constexpr std::string_view kReplacement = "set_weight";

// Of a layer that has several, the last is taken, as in ComfyUI.
constexpr std::array<Kind, 11> kKinds = {{
    {"lora_up", low_rank},
    {"lora_down", low_rank},
    {"hada_w1_a", loha},
    {"lokr_w1", lokr},
    {"lokr_w1_a", lokr},
    {"lokr_w2", lokr},
    {"lokr_w2_a", lokr},
    {"a1", glora},
    {"w_norm", [](const auto& layer, const auto& target) { return whole(layer, target, "w_norm"); },
     false},
    {"diff", [](const auto& layer, const auto& target) { return whole(layer, target, "diff"); }, false},
    {kReplacement,
     [](const auto& layer, const auto& target) { return whole(layer, target, kReplacement); }, false},
}};

const Kind* kind_of(const LayerTensors& layer) {
  const Kind* last = nullptr;
  for (const Kind& kind : kKinds) {
    if (layer.has(kind.sign)) last = &kind;
  }
  return last;
}

double scale_of(const LoraLayer& layer, std::int64_t rank) {
  if (!layer.alpha || rank == 0) return 1.0;
  const auto divisor = static_cast<double>(rank);
  return layer.alpha->alpha / (layer.alpha->rank_stabilized ? std::sqrt(divisor) : divisor);
}

// Some files say the size that a weight is to be filled up to: it must be that already, or one that may
// be widened.
void check_reshape(const Lora& lora, const LoraLayer& layer, const LayerTensors& tensors,
                   const LoraTarget& target) {
  const auto found = layer.parts.find("reshape_weight");
  if (found == layer.parts.end()) return;
  tensors.pass_over("reshape_weight");
  const at::Tensor shape = map_tensor(lora.file, found->second).to(at::kDouble).flatten();
  const double size = at::prod(shape).item<double>();
  const auto here = static_cast<double>(target.rows * target.columns);
  const bool same_rows =
      shape.numel() > 0 && shape[0].item<double>() == static_cast<double>(target.rows);
  if (same_rows && (size == here || (target.may_widen && size > here))) return;
  tensors.misfit("reshape_weight",
                 sentence("is for another network: {} would be of another size", quote(target.tensor)));
}

std::optional<WeightPatch> weight_patch(const Lora& lora, const LoraLayer& layer,
                                        const LayerTensors& tensors, const LoraTarget& target) {
  const Kind* kind = kind_of(tensors);
  if (kind == nullptr) return std::nullopt;
  check_reshape(lora, layer, tensors, target);
  const LayerFormula formula = kind->make(tensors, target);
  return WeightPatch{.delta = formula.delta,
                     .scale = scale_of(layer, formula.rank),
                     .magnitudes = kind->may_be_dora ? dora(tensors, target) : Magnitudes{},
                     .replaces = kind->sign == kReplacement,
                     .first_row = target.first_row,
                     .rows = target.rows,
                     .transposed = target.transposed,
                     .columns = !target.may_widen      ? 0
                                : formula.columns == 0 ? target.columns
                                                       : formula.columns};
}

std::optional<WeightPatch> bias_patch(const LayerTensors& tensors, const LoraTarget& target) {
  const char* part = tensors.has("b_norm") ? "b_norm" : "diff_b";
  if (!tensors.has(part)) return std::nullopt;
  if (target.bias.empty()) {
    tensors.misfit(part, sentence("changes a bias; the layer of {} has none", quote(target.tensor)));
  }
  const LoraTarget bias{.tensor = target.bias, .rows = target.rows};
  return WeightPatch{
      .delta = whole(tensors, bias, part).delta, .first_row = target.first_row, .rows = target.rows};
}

}  // namespace

WeightPatches lora_patches(const Lora& lora, const LoraTargets& targets, double strength,
                           LoraUse& use) {
  WeightPatches patches;
  for (const auto& [name, layer] : lora.layers) {
    const auto found = targets.find(name);
    if (found == targets.end()) continue;
    const LoraTarget& target = found->second;
    const LayerTensors tensors(lora, layer);
    const std::size_t left_out = use.left_out.size();
    // A weight and a bias stand each for itself: one may fit where the other does not.
    const auto attempt = [&](const std::string& tensor, const auto& make) {
      try {
        std::optional<WeightPatch> patch = make();
        if (!patch) return;
        patch->strength = strength;
        patches[tensor].push_back(*std::move(patch));
        use.used.insert(name);
      } catch (const Misfit& misfit) {
        use.left_out.emplace_back(misfit.what());
      }
    };
    use.found.insert(name);
    attempt(target.tensor, [&] { return weight_patch(lora, layer, tensors, target); });
    attempt(target.bias, [&] { return bias_patch(tensors, target); });
    if (use.left_out.size() > left_out) continue;
    for (const std::string& tensor : tensors.surplus()) {
      use.left_out.push_back(
          sentence("tensor {} says nothing beside those of its layer", quote(tensor)));
    }
    if (layer.parts.empty())
      use.left_out.push_back(sentence("layer {} has an alpha alone", quote(name)));
  }
  return patches;
}

}  // namespace ksampler
