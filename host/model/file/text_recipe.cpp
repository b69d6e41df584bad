#include "host/model/file/text_recipe.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/file/language_root.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace ksampler {
namespace {

using enum ClipTextLayout;

// SD1: the last layer; another one with the final norm, too.
const TextTowerRules kSd1L = {.name = "CLIP-L"};
// SD2: the last but one, with the final norm; its pooled output guides nothing.
const TextTowerRules kSd2H = {.name = "OpenCLIP-H",
                              .quick_gelu = false,
                              .pad = 0,
                              .layer = -2,
                              .norm_hidden = true,
                              .embedding_key = "clip_h"};
// The same without the layer that is not used: diffusers'.
const TextTowerRules kSd2HCut = {
    .name = "OpenCLIP-H", .quick_gelu = false, .pad = 0, .embedding_key = "clip_h"};
// SDXL: the last but one of both, as it is.
const TextTowerRules kSdxlL = {.name = "CLIP-L", .layer = -2, .norm_hidden = false};
const TextTowerRules kSdxlG = {.name = "OpenCLIP-G",
                               .quick_gelu = false,
                               .pad = 0,
                               .layer = -2,
                               .norm_hidden = false,
                               .needs_projection = true,
                               .embedding_key = "clip_g"};
// SD3: as SDXL, but CLIP-L's pooled output is not projected. Flux.1 takes that alone.
const TextTowerRules kSd3L = {.name = "CLIP-L", .layer = -2, .norm_hidden = false, .projects = false};
const TextTowerRules kFluxL = {.name = "CLIP-L", .projects = false};

constexpr const char* kQwen3Of06B = "text_encoders.qwen3_06b.transformer.";

constexpr std::array<const char*, 2> kTokenizers = {"spiece_model", "text_encoders.spiece_model"};

constexpr T5Lengths kFluxT5 = {.least = 256};
constexpr T5Lengths kSd3T5 = {.least = 77};
constexpr T5Lengths kChromaT5 = {.least = 1};

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

bool is_at(const TensorNames& weights, const ClipPlace& place) {
  return weights.has_any(place.prefix + telling_names_of(place.layout).root);
}

std::int64_t width_of(const TensorNames& weights, const ClipPlace& place) {
  const std::vector<std::int64_t> shape = weights.shape(token_table(place));
  return shape.size() == 2 ? shape[1] : 0;
}

// The rules of the encoder that is of this size: CLIP-L has 12 layers, 768 wide, OpenCLIP-H 24 (or 23:
// the last is not used), 1024 wide, OpenCLIP-G 32, 1280 wide. The names of its tensors do not tell:
// each is found under those of others. One of no such size, as tests have them, is taken for `usual`.
const TextTowerRules& rules_by_size(const TensorNames& weights, const ClipPlace& place) {
  const TellingNames names = telling_names_of(place.layout);
  const auto has_layer = [&](int i) {
    return weights.has_any(place.prefix + names.layers + std::to_string(i) + ".");
  };
  if (has_layer(30)) return kSdxlG;
  if (has_layer(22)) return has_layer(23) ? kSd2H : kSd2HCut;
  const std::int64_t width = width_of(weights, place);
  return width == 1280 ? kSdxlG : width == 1024 ? kSd2H : width == 768 ? kSd1L : place.rules;
}

// An encoder alone under the names of sgm: the refiner's, whose UNet takes a label, or SD 2's
// (SD-Turbo).
const TextTowerRules& usual_alone_in_sgm(const TensorNames& weights) {
  const std::string unet = "model.diffusion_model.";
  return weights.has_any(unet) && !weights.has_any(unet + "label_emb.") ? kSd2H : kSdxlG;
}

// Those of checkpoints of UNets, which have a name for each.
std::optional<TextRecipe> recipe_of_checkpoint(const std::vector<TensorNames>& files) {
  if (files.size() != 1) return std::nullopt;
  const TensorNames& weights = files[0];
  const ClipPlace sdxl_l = {0, "conditioner.embedders.0.transformer.", transformers, kSdxlL};
  const ClipPlace sdxl_g = {0, "conditioner.embedders.1.model.", open_clip, kSdxlG};
  if (is_at(weights, sdxl_l)) return TextRecipe{.clip = {sdxl_l, sdxl_g}};
  // The layout without "text_model." is that of files from before 2023.
  const std::array<ClipPlace, 4> alone = {
      {{0, "conditioner.embedders.0.model.", open_clip, usual_alone_in_sgm(weights)},
       {0, "cond_stage_model.model.", open_clip, kSd2H},
       {0, "cond_stage_model.transformer.", transformers, kSd1L},
       {0, "cond_stage_model.transformer.", transformers_bare, kSd1L}}};
  for (const ClipPlace& place : alone) {
    if (!is_at(weights, place)) continue;
    return TextRecipe{.clip = {{0, place.prefix, place.layout, rules_by_size(weights, place)}}};
  }
  return std::nullopt;
}

// What files of one encoder hold, without a prefix, and checkpoints of transformers, under these.
struct Loose {
  std::vector<ClipPlace> clip;
  std::vector<SentencePlace> sentences;
  bool empty() const { return clip.empty() && sentences.empty(); }
};

Loose find_loose(const TensorNames& weights, std::size_t file) {
  constexpr std::array<const char*, 15> kPrefixes = {"",
                                                     "text_encoders.clip_l.transformer.",
                                                     "text_encoders.clip_g.transformer.",
                                                     "text_encoders.t5xxl.transformer.",
                                                     "text_encoders.gemma2_2b.transformer.",
                                                     kQwen3Of06B,
                                                     "text_encoders.qwen3_4b.transformer.",
                                                     "text_encoders.qwen3_8b.transformer.",
                                                     "text_encoders.qwen3vl_4b.transformer.",
                                                     "text_encoders.qwen3vl_8b.transformer.",
                                                     "text_encoders.qwen25_7b.transformer.",
                                                     "text_encoders.mistral3_24b.transformer.",
                                                     "text_encoder.",
                                                     "text_encoder_2.",
                                                     "text_encoder_3."};
  Loose found;
  for (const std::string prefix : kPrefixes) {
    const TensorNames inner = weights.within(prefix);
    if (const auto kind = sentence_in(inner)) found.sentences.push_back({file, prefix, *kind});
    ClipPlace place = {file, prefix, transformers,
                       prefix.find("clip_g") == std::string::npos ? kSd1L : kSdxlG};
    if (!is_at(weights, place)) continue;
    place.rules = rules_by_size(weights, place);
    found.clip.push_back(std::move(place));
  }
  return found;
}

bool is_g(const ClipPlace& place) { return place.rules.embedding_key == kSdxlG.embedding_key; }

// CLIP-L first. Of two that no size tells apart, the wider is OpenCLIP-G.
void put_in_order(std::vector<ClipPlace>& clip, const std::vector<TensorNames>& files) {
  if (clip.size() != 2) return;
  const auto width = [&](const ClipPlace& place) { return width_of(files[place.file], place); };
  const bool told = is_g(clip[0]) != is_g(clip[1]);
  if (told ? is_g(clip[0]) : width(clip[0]) > width(clip[1])) std::swap(clip[0], clip[1]);
  if (!told && width(clip[0]) < width(clip[1])) clip[1].rules = kSdxlG;
}

// Z-Image takes one of 4 billion weights alone, which is of another width than these.
constexpr std::int64_t kWidthOfQwen3Of8B = 4096;
constexpr std::int64_t kWidthOfQwen3Of06B = 1024;

std::int64_t width_of(const SentencePlace& place, const std::vector<TensorNames>& files) {
  const TensorNames inner = files[place.file].within(place.prefix);
  const std::vector<std::int64_t> shape = inner.shape(language_root(inner) + "embed_tokens.weight");
  return shape.size() == 2 ? shape[1] : 0;
}

bool is_animas(const SentencePlace& place, const std::vector<TensorNames>& files) {
  return place.prefix == kQwen3Of06B || width_of(place, files) == kWidthOfQwen3Of06B ||
         files[0].has_any("model.diffusion_model.llm_adapter.");
}

// It sees pictures: Krea 2's does, of 4 billion weights, and Qwen-Image 2.1's, of 8.
bool is_qwen3_vl(const SentencePlace& place, const std::vector<TensorNames>& files) {
  const TensorNames inner = files[place.file].within(place.prefix);
  return inner.has_any("visual.deepstack_merger_list.") ||
         inner.has_any("model.visual.deepstack_merger_list.");
}

bool is_mistral(const Loose& found) {
  return !found.sentences.empty() && found.sentences[0].kind == SentenceKind::mistral;
}

// As their tensors say, where nobody says what they are for. Checkpoints of SD 3 may leave any of its
// encoders out.
TextUse use_of(const Loose& found, const std::vector<TensorNames>& files) {
  const bool t5 = !found.sentences.empty() && found.sentences[0].kind == SentenceKind::t5;
  const bool qwen3 = !found.sentences.empty() && found.sentences[0].kind == SentenceKind::qwen3;
  const auto beside = [&](const char* layers) {
    return files[0].has_any(std::string("model.diffusion_model.") + layers);
  };
  if (qwen3) {
    const bool of_8b = width_of(found.sentences[0], files) == kWidthOfQwen3Of8B;
    const bool sees = is_qwen3_vl(found.sentences[0], files);
    if (beside("double_stream_modulation_img.") || (of_8b && !sees)) return TextUse::flux2;
    if (beside("txt_in.text_norm.") || (of_8b && sees)) return TextUse::qwen_image;
    if (is_animas(found.sentences[0], files)) return TextUse::anima;
    if (beside("txtfusion.") || sees) return TextUse::krea2;
  }
  if (is_mistral(found)) return TextUse::flux2;
  if (t5 && files[0].has_any("model.diffusion_model.distilled_guidance_layer.")) return TextUse::chroma;
  const bool in_checkpoint = !found.clip.empty() && !found.clip[0].prefix.empty();
  const bool beside_unet = files[0].has_any("model.diffusion_model.input_blocks.");
  if (beside_unet && in_checkpoint && found.clip.size() == 2) return TextUse::sdxl;
  const bool beside_sd3 = files[0].has_any("model.diffusion_model.joint_blocks.");
  if (beside_sd3 || (in_checkpoint && found.clip.size() == 2)) return TextUse::sd3;
  if (found.clip.size() == 2) return t5 ? TextUse::sd3 : TextUse::sdxl;
  if (t5) return found.clip.size() == 1 && !is_g(found.clip[0]) ? TextUse::flux : TextUse::sd3;
  return TextUse::as_found;
}

TextRecipe put_together(Loose found, TextUse use, const std::vector<TensorNames>& files) {
  if (use == TextUse::as_found) use = use_of(found, files);
  TextRecipe recipe;
  if (!found.sentences.empty()) recipe.sentence = found.sentences[0];
  recipe.clip = std::move(found.clip);
  switch (use) {
    case TextUse::as_found:
      recipe.joining = recipe.sentence ? Joining::sentence : Joining::side_by_side;
      return recipe;
    case TextUse::sdxl:
      for (ClipPlace& place : recipe.clip) place.rules = is_g(place) ? kSdxlG : kSdxlL;
      return recipe;
    case TextUse::sd3:
      for (ClipPlace& place : recipe.clip) place.rules = is_g(place) ? kSdxlG : kSd3L;
      recipe.joining = Joining::in_a_row;
      recipe.t5 = kSd3T5;
      return recipe;
    case TextUse::flux:
      for (ClipPlace& place : recipe.clip) place.rules = kFluxL;
      recipe.joining = Joining::sentence;
      recipe.t5 = kFluxT5;
      return recipe;
    case TextUse::flux2:
      recipe.joining = Joining::sentence;
      if (recipe.sentence && recipe.sentence->kind == SentenceKind::qwen3) {
        recipe.sentence->kind = SentenceKind::qwen3_flux2;
      }
      return recipe;
    case TextUse::chroma:
      recipe.joining = Joining::sentence;
      recipe.t5 = kChromaT5;
      return recipe;
    case TextUse::krea2:
      recipe.joining = Joining::sentence;
      if (recipe.sentence) recipe.sentence->kind = SentenceKind::qwen3_krea2;
      return recipe;
    case TextUse::anima:
      recipe.joining = Joining::sentence;
      if (recipe.sentence) recipe.sentence->kind = SentenceKind::qwen3_anima;
      return recipe;
    case TextUse::qwen_image:
      recipe.joining = Joining::sentence;
      if (recipe.sentence && recipe.sentence->kind == SentenceKind::qwen3) {
        recipe.sentence->kind = SentenceKind::qwen3_vl;
      }
      return recipe;
  }
  throw std::logic_error("a use without a recipe");
}

const char* name_of_kind(SentenceKind kind) {
  switch (kind) {
    case SentenceKind::t5:
      return "T5";
    case SentenceKind::qwen3:
    case SentenceKind::qwen3_flux2:
    case SentenceKind::qwen3_krea2:
    case SentenceKind::qwen3_anima:
    case SentenceKind::qwen3_vl:
      return "Qwen3";
    case SentenceKind::qwen25:
      return "Qwen2.5";
    case SentenceKind::gemma2:
      return "Gemma 2";
    case SentenceKind::mistral:
      return "Mistral 3";
  }
  throw std::logic_error("a kind without a name");
}

std::string kinds_in(const Loose& found) {
  std::vector<std::string> names;
  for (const ClipPlace& place : found.clip) names.push_back(place.rules.name);
  for (const SentencePlace& place : found.sentences) names.emplace_back(name_of_kind(place.kind));
  return listed(names);
}

// What a use needs of the files that were given for it.
void check(const Loose& found, TextUse use, const std::vector<TensorNames>& files) {
  const auto clips = [&](const TextTowerRules& rules) {
    return std::ranges::count(found.clip, rules.embedding_key,
                              [](const ClipPlace& place) { return place.rules.embedding_key; });
  };
  const auto t5 = std::ranges::count(found.sentences, SentenceKind::t5, &SentencePlace::kind);
  const auto others = static_cast<std::ptrdiff_t>(found.sentences.size()) - t5;
  const auto complain = [&](const char* family, const char* needed) {
    std::vector<std::string> names;
    for (const TensorNames& file : files) names.push_back(file.file()->file().string());
    throw Error(Diagnostic::Kind::bad_file,
                sentence("{} needs {}; {} hold{} {}", family, needed, listed(names),
                         names.size() == 1 ? "s" : "", kinds_in(found)));
  };
  const auto l = clips(kSd1L);
  const auto g = clips(kSdxlG);
  const bool one_alone = found.sentences.size() == 1 && found.clip.empty();
  const bool qwen3_alone = one_alone && found.sentences[0].kind == SentenceKind::qwen3;
  const bool mistral_alone = one_alone && is_mistral(found);
  if (use == TextUse::flux2 && !qwen3_alone && !mistral_alone) {
    complain("Flux.2", "Qwen3 (klein) or Mistral 3 (dev) alone");
  }
  if (use == TextUse::krea2 && !qwen3_alone) complain("Krea 2", "Qwen3-VL alone");
  const bool qwen_alone = qwen3_alone || (one_alone && found.sentences[0].kind == SentenceKind::qwen25);
  if (use == TextUse::qwen_image && !qwen_alone) {
    complain("Qwen-Image", "Qwen2.5-VL alone, or 2.1's Qwen3-VL");
  }
  if (use == TextUse::chroma && (t5 != 1 || others != 0 || !found.clip.empty())) {
    complain("Chroma", "T5 alone");
  }
  const bool strange = others != 0 || clips(kSd2H) != 0;
  if (use == TextUse::sdxl && (l != 1 || g != 1 || t5 != 0 || strange)) {
    complain("SDXL", "CLIP-L and OpenCLIP-G");
  }
  if (use == TextUse::flux && (l != 1 || g != 0 || t5 != 1 || strange)) {
    complain("Flux.1", "CLIP-L and T5");
  }
  if (use == TextUse::sd3 && (l > 1 || g > 1 || t5 > 1 || strange)) {
    complain("SD 3", "CLIP-L, OpenCLIP-G and T5, one of each at most");
  }
  for (const SentencePlace& place : found.sentences) {
    if (place.kind != SentenceKind::gemma2 || tokenizer_in(files[place.file]) != nullptr) continue;
    throw Error(Diagnostic::Kind::bad_file, {files[place.file].file()->file().string()},
                sentence("has Gemma 2, and not its tokenizer: there is no tensor '{}'; expected a file "
                         "of ComfyUI's, with the SentencePiece model in it",
                         kTokenizers.front()));
  }
}

Loose find_all(const std::vector<TensorNames>& files) {
  Loose all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    Loose found = find_loose(files[i], i);
    std::ranges::move(found.clip, std::back_inserter(all.clip));
    std::ranges::move(found.sentences, std::back_inserter(all.sentences));
  }
  put_in_order(all.clip, files);
  return all;
}

// What tells it from Llama: its vocabulary, or how it sees pictures.
bool is_mistral_3(const TensorNames& names) {
  constexpr std::int64_t kTokens = 131'072;
  const std::vector<std::int64_t> table = names.shape(language_root(names) + "embed_tokens.weight");
  return !tekken_tensor(*names.file(), names.prefix()).empty() ||
         (table.size() == 2 && table[0] == kTokens) ||
         names.has_any("multi_modal_projector.patch_merger.") ||
         names.has_any("model.multi_modal_projector.patch_merger.");
}

}  // namespace

std::string token_table(const ClipPlace& place) {
  return place.prefix + telling_names_of(place.layout).table;
}

std::string tekken_tensor(const TensorFile& file, const std::string& prefix) {
  for (const std::string& before : {prefix, std::string("text_encoders.")}) {
    if (file.tensors().contains(before + "tekken_model")) return before + "tekken_model";
  }
  return {};
}

std::optional<SentenceKind> sentence_in(const TensorNames& names) {
  if (names.has("encoder.block.0.layer.0.SelfAttention.q.weight")) return SentenceKind::t5;
  // Norms of q and k. Gemma 3 has such, too, and more behind its layers, as Gemma 2.
  const std::string first = language_root(names) + "layers.0.";
  const bool norms_heads = names.has(first + "self_attn.q_norm.weight");
  const bool gemma = names.has(first + "post_feedforward_layernorm.weight");
  if (norms_heads && !gemma) return SentenceKind::qwen3;
  if (gemma && !norms_heads) return SentenceKind::gemma2;
  if (names.has(first + "self_attn.q_proj.bias")) return SentenceKind::qwen25;
  if (names.has(first + "self_attn.q_proj.weight") && is_mistral_3(names)) {
    return SentenceKind::mistral;
  }
  return std::nullopt;
}

const char* tokenizer_in(const TensorNames& file) {
  const auto found =
      std::ranges::find_if(kTokenizers, [&](const char* each) { return file.has(each); });
  return found == kTokenizers.end() ? nullptr : *found;
}

std::optional<TextRecipe> find_recipe(const std::vector<TensorNames>& files, TextUse use) {
  if (auto recipe = recipe_of_checkpoint(files)) return recipe;
  Loose all = find_all(files);
  if (all.empty()) return std::nullopt;
  return put_together(std::move(all), use, files);
}

TextRecipe recipe_of(const std::vector<TensorNames>& files, TextUse use) {
  if (auto recipe = recipe_of_checkpoint(files)) return *recipe;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!find_loose(files[i], i).empty()) continue;
    throw Error(
        Diagnostic::Kind::bad_file, {files[i].file()->file().string()},
        sentence(
            "no text encoder in this file: no tensor's name begins with 'cond_stage_model.' (SD1 and "
            "SD2), 'conditioner.embedders.' (SDXL), 'text_encoders.' (checkpoints of transformers) or "
            "'text_model.' (CLIP alone), and none is 'encoder.block.0.layer.0.SelfAttention.q.weight' "
            "(T5), 'model.layers.0.self_attn.q_norm.weight' (Qwen3), "
            "'model.layers.0.self_attn.q_proj.bias' (Qwen2.5), "
            "'model.layers.0.post_feedforward_layernorm.weight' (Gemma 2) or 'tekken_model' (Mistral "
            "3){}",
            contents(*files[i].file())));
  }
  Loose all = find_all(files);
  check(all, use, files);
  return put_together(std::move(all), use, files);
}

}  // namespace ksampler
