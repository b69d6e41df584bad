// Where a file has its text encoder, and how the family of that file uses it: facts of the families, as
// ComfyUI has them.
#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/load/text_encoder.hpp"
#include "host/model/lora/lora.hpp"
#include "host/model/network/tensors.hpp"

#include <algorithm>

namespace ksampler {
namespace {

using enum ClipTextLayout;

struct TowerPlace {
  std::string prefix;
  ClipTextLayout layout;
  TextTowerRules rules;
};

// SD1: the last layer; another one with the final norm, too.
const TextTowerRules kSd1 = {.name = "CLIP-L"};
// SD2: the last but one, with the final norm; its pooled output guides nothing.
const TextTowerRules kSd2 = {
    .name = "OpenCLIP-H", .quick_gelu = false, .pad = 0, .layer = -2, .norm_hidden = true};
// SDXL: the last but one of both, as it is.
const TextTowerRules kSdxlL = {.name = "CLIP-L", .layer = -2, .norm_hidden = false};
const TextTowerRules kSdxlG = {.name = "OpenCLIP-G",
                               .quick_gelu = false,
                               .pad = 0,
                               .layer = -2,
                               .norm_hidden = false,
                               .needs_projection = true};

struct Family {
  std::string name;
  std::vector<TowerPlace> towers;
};

// The first whose first tower is there. The layout without "text_model." is that of files from before
// 2023.
const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"SDXL",
       {{"conditioner.embedders.0.transformer.", transformers, kSdxlL},
        {"conditioner.embedders.1.model.", open_clip, kSdxlG}}},
      {"SDXL refiner", {{"conditioner.embedders.0.model.", open_clip, kSdxlG}}},
      {"SD2", {{"cond_stage_model.model.", open_clip, kSd2}}},
      {"SD1", {{"cond_stage_model.transformer.", transformers, kSd1}}},
      {"SD1", {{"cond_stage_model.transformer.", transformers_bare, kSd1}}},
  };
  return all;
}

// What a tower has and nothing else: its root, under the prefix.
std::string root_of(ClipTextLayout layout) {
  switch (layout) {
    case transformers:
      return "text_model.";
    case transformers_bare:
      return "embeddings.";
    case open_clip:
      return "transformer.resblocks.";
  }
  return {};
}

// A text encoder in a file of its own, as transformers saves it: which it is, its depth tells (12, 24
// or 32 layers).
Family alone(const Weights& weights) {
  const auto has_layer = [&](int i) {
    return weights.has_any("text_model.encoder.layers." + std::to_string(i) + ".");
  };
  const TextTowerRules& rules = has_layer(30) ? kSdxlG : has_layer(22) ? kSd2 : kSd1;
  return {rules.name, {{"", transformers, rules}}};
}

std::optional<Family> family_of(const Weights& weights) {
  for (const Family& family : families()) {
    const TowerPlace& first = family.towers.front();
    if (weights.has_any(first.prefix + root_of(first.layout))) return family;
  }
  if (weights.has_any(root_of(transformers))) return alone(weights);
  return {};
}

TextTower load_tower(const Weights& weights, const TowerPlace& place) {
  const Weights inner = weights.within(place.prefix);
  const std::string file = weights.file()->file().string();
  const auto network = std::make_shared<ClipText>(
      inner, ClipTextOptions{.layout = place.layout,
                             .quick_gelu = place.rules.quick_gelu,
                             .needs_projection = place.rules.needs_projection,
                             .end_token = kEndOfText});
  if (network->vocabulary() < kVocabularySize) {
    throw Error({file}, "the text encoder " + place.rules.name + " knows " +
                            std::to_string(network->vocabulary()) + " tokens: tensor " +
                            quote(network->token_table()) + " has shape " +
                            shape_text({network->vocabulary(), network->width()}) + "; expected " +
                            shape_text({kVocabularySize, network->width()}) + ", CLIP's vocabulary");
  }
  if (network->positions() < 3) {
    throw Error({file}, "the text encoder " + place.rules.name + " has room for " +
                            std::to_string(network->positions()) +
                            " tokens; expected 77, and at least a start, an end and one between");
  }
  return {place.rules, network};
}

}  // namespace

bool has_text_encoder(const Weights& weights) { return family_of(weights).has_value(); }

std::shared_ptr<const TextEncoder> load_text_encoder(const Weights& weights) {
  const std::optional<Family> family = family_of(weights);
  if (!family) {
    throw Error(
        {weights.file()->file().string()},
        "no text encoder in this file: no tensor's name begins with 'cond_stage_model.' (SD1 and SD2), "
        "'conditioner.embedders.' (SDXL) or 'text_model.' (a text encoder alone)");
  }
  std::vector<TextTower> towers;
  for (const TowerPlace& place : family->towers) towers.push_back(load_tower(weights, place));
  return std::make_shared<TextEncoder>(std::move(towers), weights);
}

std::shared_ptr<const TextEncoder> TextEncoder::with_lora(const Lora& lora, double strength,
                                                          LoraUse& use) const {
  WeightPatches patches;
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    const LoraTargets targets = text_lora_targets(*towers_[i].network, i, towers_.size());
    patches.merge(lora_patches(lora, targets, strength, use));
  }
  const auto changed = load_text_encoder(weights_.patched_by(patches));
  std::vector<TextTower> towers;  // with the rules of these: the layer that is taken may be another
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    towers.push_back({towers_[i].rules, changed->towers_[i].network});
  }
  return std::make_shared<TextEncoder>(std::move(towers), changed->weights_);
}

}  // namespace ksampler
