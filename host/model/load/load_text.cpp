// Where a file has its text encoder, and how the family of that file uses it: facts of the families, as
// ComfyUI has them.
#include "host/model/load/load_text.hpp"
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace ksampler {
namespace {

using enum ClipTextLayout;

struct TowerPlace {
  std::string prefix;
  ClipTextLayout layout;
  TextTowerRules rules;
};

// SD1: the last layer; another one with the final norm, too.
const TextTowerRules kSd1L = {.name = "CLIP-L"};
// SD2: the last but one, with the final norm; its pooled output guides nothing.
const TextTowerRules kSd2H = {.name = "OpenCLIP-H",
                              .quick_gelu = false,
                              .pad = 0,
                              .layer = -2,
                              .norm_hidden = true,
                              .embedding_key = "clip_h"};
// SDXL: the last but one of both, as it is.
const TextTowerRules kSdxlL = {.name = "CLIP-L", .layer = -2, .norm_hidden = false};
const TextTowerRules kSdxlG = {.name = "OpenCLIP-G",
                               .quick_gelu = false,
                               .pad = 0,
                               .layer = -2,
                               .norm_hidden = false,
                               .needs_projection = true,
                               .embedding_key = "clip_g"};

struct Recipe {
  std::string name;
  std::vector<TowerPlace> towers;
};

// What a tower has and nothing else: its root, under the prefix; its layers; its table of tokens.
struct TellingNames {
  const char* root;
  const char* layers;
  const char* table;
};

TellingNames telling_names_of(ClipTextLayout layout) {
  switch (layout) {
    case transformers:
      return {"text_model.", "text_model.encoder.layers.",
              "text_model.embeddings.token_embedding.weight"};
    case transformers_bare:
      return {"embeddings.", "encoder.layers.", "embeddings.token_embedding.weight"};
    case open_clip:
      return {"transformer.resblocks.", "transformer.resblocks.", "token_embedding.weight"};
  }
  throw std::logic_error("a layout without names");
}

bool is_at(const Weights& weights, const TowerPlace& place) {
  return weights.has_any(place.prefix + telling_names_of(place.layout).root);
}

// The rules of the encoder that is of this size: CLIP-L has 12 layers, 768 wide, OpenCLIP-H 24 (or 23:
// the last is not used), 1024 wide, OpenCLIP-G 32, 1280 wide. The names of its tensors do not tell:
// each is found under those of others. One of no such size, as tests have them, is taken for `usual`.
const TextTowerRules& rules_by_size(const Weights& weights, const TowerPlace& place) {
  const TellingNames names = telling_names_of(place.layout);
  const auto has_layer = [&](int i) {
    return weights.has_any(place.prefix + names.layers + std::to_string(i) + ".");
  };
  if (has_layer(30)) return kSdxlG;
  if (has_layer(22)) return kSd2H;
  const std::string table = place.prefix + names.table;
  const auto shape = weights.has(table) ? weights.shape(table) : std::vector<std::int64_t>();
  const std::int64_t width = shape.size() == 2 ? shape[1] : 0;
  return width == 1280 ? kSdxlG : width == 1024 ? kSd2H : width == 768 ? kSd1L : place.rules;
}

// An encoder alone under the names of sgm: the refiner's, whose UNet takes a label, or SD 2's
// (SD-Turbo).
const TextTowerRules& usual_alone_in_sgm(const Weights& weights) {
  const std::string unet = "model.diffusion_model.";
  return weights.has_any(unet) && !weights.has_any(unet + "label_emb.") ? kSd2H : kSdxlG;
}

std::optional<Recipe> recipe_of(const Weights& weights) {
  const TowerPlace sdxl_l = {"conditioner.embedders.0.transformer.", transformers, kSdxlL};
  const TowerPlace sdxl_g = {"conditioner.embedders.1.model.", open_clip, kSdxlG};
  if (is_at(weights, sdxl_l)) return Recipe{"SDXL", {sdxl_l, sdxl_g}};
  // The layout without "text_model." is that of files from before 2023; the one without a prefix is an
  // encoder in a file of its own, as transformers saves it.
  const std::array<TowerPlace, 5> alone = {
      {{"conditioner.embedders.0.model.", open_clip, usual_alone_in_sgm(weights)},
       {"cond_stage_model.model.", open_clip, kSd2H},
       {"cond_stage_model.transformer.", transformers, kSd1L},
       {"cond_stage_model.transformer.", transformers_bare, kSd1L},
       {"", transformers, kSd1L}}};
  for (const TowerPlace& place : alone) {
    if (!is_at(weights, place)) continue;
    const TextTowerRules& rules = rules_by_size(weights, place);
    return Recipe{rules.name, {{place.prefix, place.layout, rules}}};
  }
  return std::nullopt;
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
    throw Error({file}, sentence("the text encoder {} knows {} tokens: tensor {} has shape {}; "
                                 "expected {}, CLIP's vocabulary",
                                 place.rules.name, network->vocabulary(), quote(network->token_table()),
                                 shape_text({network->vocabulary(), network->width()}),
                                 shape_text({kVocabularySize, network->width()})));
  }
  if (network->positions() < 3) {
    throw Error({file}, sentence("the text encoder {} has room for {} tokens; expected 77, and at "
                                 "least a start, an end and one between",
                                 place.rules.name, network->positions()));
  }
  return {place.rules, network};
}

}  // namespace

bool has_text_encoder(const Weights& weights) { return recipe_of(weights).has_value(); }

std::shared_ptr<const TextEncoder> load_text_encoder(const Weights& weights) {
  const std::optional<Recipe> recipe = recipe_of(weights);
  if (!recipe) {
    throw Error(
        {weights.file()->file().string()},
        "no text encoder in this file: no tensor's name begins with 'cond_stage_model.' (SD1 and SD2), "
        "'conditioner.embedders.' (SDXL) or 'text_model.' (a text encoder alone)");
  }
  std::vector<TextTower> towers;
  for (const TowerPlace& place : recipe->towers) towers.push_back(load_tower(weights, place));
  return std::make_shared<TextEncoder>(std::move(towers));
}

}  // namespace ksampler
