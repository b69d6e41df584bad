#include "host/model/load/load_text.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/load/text_tokenizer.hpp"
#include "host/model/network/tensors.hpp"

#include <string_view>
#include <utility>

namespace ksampler {
namespace {

// Z-Image and Lumina 2 take what goes into the last layer (ComfyUI; diffusers' hidden_states[-2]).
constexpr std::int64_t kLayersLeftOut = 1;

constexpr std::int64_t kFlux2Tokens = 512;  // of Flux.2 klein, at least
constexpr double kQwen3VlTheta = 5'000'000.0;

constexpr double kGemmaTheta = 10'000.0;
constexpr std::int64_t kGemmaHeadWidth = 256;
constexpr double kMistralTheta = 1e9;
constexpr double kMistralEps = 1e-5;
constexpr std::int64_t kMistralTokens = 512;  // zeros stand before a prompt's, up to so many

// Qwen-Image's words, and Krea 2's.
constexpr const char* kDescribe =
    "<|im_start|>system\nDescribe the image by detailing the color, shape, size, texture, quantity, "
    "text, spatial relationships of the objects and background:<|im_end|>\n<|im_start|>user\n";

// Qwen-Image 2.1's.
constexpr const char* kComprehend =
    "<|im_start|>system\nComprehend and analyze the provided prompt.<|im_end|>\n<|im_start|>user\n";

}  // namespace

std::vector<TensorNames> names_of(const std::vector<Weights>& files) {
  std::vector<TensorNames> names;
  for (const Weights& file : files) names.emplace_back(file.file(), file.prefix());
  return names;
}

bool has_text_encoder(const Weights& weights) {
  return find_recipe(names_of({weights}), TextUse::as_found).has_value();
}

std::shared_ptr<const ClipText> load_clip(const Weights& file, const ClipPlace& place) {
  auto network = std::make_shared<ClipText>(
      file.within(place.prefix), ClipTextOptions{.layout = place.layout,
                                                 .quick_gelu = place.rules.quick_gelu,
                                                 .needs_projection = place.rules.needs_projection,
                                                 .projects = place.rules.projects,
                                                 .end_token = kEndOfText});
  const std::string name = file.file()->file().string();
  if (network->vocabulary() < kVocabularySize) {
    throw Error({name}, sentence("the text encoder {} knows {} tokens: tensor {} has shape {}; "
                                 "expected {}, CLIP's vocabulary",
                                 place.rules.name, network->vocabulary(), quote(network->token_table()),
                                 shape_text({network->vocabulary(), network->width()}),
                                 shape_text({kVocabularySize, network->width()})));
  }
  if (network->positions() < 3) {
    throw Error({name}, sentence("the text encoder {} has room for {} tokens; expected 77, and at "
                                 "least a start, an end and one between",
                                 place.rules.name, network->positions()));
  }
  return network;
}

std::shared_ptr<const T5Text> load_t5(const Weights& file, const SentencePlace& place) {
  return std::make_shared<T5Text>(file.within(place.prefix));
}

std::shared_ptr<const LanguageText> load_language(const Weights& file, const SentencePlace& place) {
  const Weights inner = file.within(place.prefix);
  const std::int64_t layers = LanguageText::layers_in(inner);
  if (place.kind == SentenceKind::qwen25) {
    return std::make_shared<LanguageText>(inner, LanguageOptions{.final_norm = true, .pictures = true},
                                          layers);
  }
  if (place.kind == SentenceKind::qwen3_flux2) {
    return std::make_shared<LanguageText>(
        inner, LanguageOptions{.taken = {kFlux2Taken.begin(), kFlux2Taken.end()}}, kFlux2Taken.back());
  }
  if (place.kind == SentenceKind::qwen3_krea2) {
    return std::make_shared<LanguageText>(
        inner,
        LanguageOptions{.theta = kQwen3VlTheta, .taken = {kKrea2Taken.begin(), kKrea2Taken.end()}},
        kKrea2Taken.back());
  }
  if (place.kind == SentenceKind::mistral) {
    return std::make_shared<LanguageText>(
        inner,
        LanguageOptions{.theta = kMistralTheta,
                        .eps = kMistralEps,
                        .taken = {kMistralTaken.begin(), kMistralTaken.end()}},
        kMistralTaken.back());
  }
  if (place.kind == SentenceKind::gemma2) {
    return std::make_shared<LanguageText>(
        inner, LanguageOptions{.theta = kGemmaTheta, .head_width = kGemmaHeadWidth, .gemma = true},
        layers - kLayersLeftOut);
  }
  if (place.kind == SentenceKind::qwen3_anima) {
    return std::make_shared<LanguageText>(inner, LanguageOptions{.final_norm = true}, layers);
  }
  if (place.kind == SentenceKind::qwen3_vl) {
    return std::make_shared<LanguageText>(
        inner, LanguageOptions{.theta = kQwen3VlTheta, .pictures = true, .interleaved = true}, layers);
  }
  return std::make_shared<LanguageText>(inner, LanguageOptions{}, layers - kLayersLeftOut);
}

namespace {

// As ComfyUI and diffusers write a prompt for them.
LanguageRules language_rules(const SentencePlace& place) {
  const std::string after = "<|im_end|>\n<|im_start|>assistant\n";
  if (place.kind == SentenceKind::qwen3) {
    return {.name = "Qwen3", .before = "<|im_start|>user\n", .after = after};
  }
  if (place.kind == SentenceKind::qwen3_flux2) {  // which does not think first
    return {.name = "Flux.2's Qwen3",
            .before = "<|im_start|>user\n",
            .after = after + "<think>\n\n</think>\n\n",
            .least = kFlux2Tokens};
  }
  if (place.kind == SentenceKind::qwen3_krea2) {
    return {.name = "Krea 2's Qwen3-VL",
            .before = kDescribe,
            .after = after,
            .left_out = LeftOut::before_words};
  }
  if (place.kind == SentenceKind::qwen3_vl) {
    return {.name = "Qwen-Image 2.1's Qwen3-VL",
            .before = kComprehend,
            .before_pictures = kComprehend,
            .whole_name = "Qwen3-VL",
            .after = after,
            .left_out = LeftOut::system_turn,
            .latents_stand_for_pictures = true};
  }
  if (place.kind == SentenceKind::mistral) {
    return {.name = "Mistral 3",
            .before =
                "<s>[SYSTEM_PROMPT]You are an AI that reasons about image descriptions. You give "
                "structured responses focusing on object relationships, object\nattribution and "
                "actions without speculation.[/SYSTEM_PROMPT][INST]",
            .after = "[/INST]",
            .zeros_to = kMistralTokens};
  }
  return {
      .name = "Qwen2.5",
      .before = kDescribe,
      .before_pictures =
          "<|im_start|>system\nDescribe the key features of the input image (color, shape, size, "
          "texture, objects, background), then explain how the user's text instruction should alter "
          "or modify the image. Generate a new image that meets the user's requirements while "
          "maintaining consistency with the original input where "
          "appropriate.<|im_end|>\n<|im_start|>user\n",
      .whole_name = "Qwen2.5-VL",
      .after = after,
      .left_out = LeftOut::before_words};
}

// Gemma's.
std::shared_ptr<const SentencePieces> load_pieces(const Weights& file) {
  const std::string name = file.file()->file().string();
  const char* const tensor = tokenizer_in(TensorNames(file.file()));
  file.pass_over(tensor);
  const at::ScalarType type = stored_type(*file.file(), tensor);
  if (type != at::kByte) {
    throw Error({name}, sentence("tensor '{}' is of type {}; expected bytes, a SentencePiece model",
                                 tensor, at::toString(type)));
  }
  const at::Tensor bytes = map_tensor(file.file(), tensor);
  try {
    return std::make_shared<SentencePieces>(
        std::string_view(static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()));
  } catch (const Error& error) {
    throw Error({name}, sentence("tensor '{}' {}", tensor, error.what()));
  }
}

}  // namespace

BroughtTokenizer load_tokenizer(const Weights& file, const SentencePlace& place) {
  if (place.kind == SentenceKind::gemma2) return {.pieces = load_pieces(file)};
  return {.bytes = tokenizer_for(*file.file(), place)};
}

std::shared_ptr<const SentenceTower> tower_of(std::shared_ptr<const LanguageText> network,
                                              const BroughtTokenizer& brought,
                                              const SentencePlace& place) {
  if (place.kind == SentenceKind::gemma2) return gemma_tower(std::move(network), brought.pieces);
  if (place.kind == SentenceKind::qwen3_anima) return anima_tower(std::move(network), brought.bytes);
  return language_tower(std::move(network), language_rules(place), brought.bytes);
}

std::shared_ptr<const TextEncoder> load_text_encoder(const Weights& weights) {
  return load_text_encoder(std::vector<Weights>{weights}, TextUse::as_found);
}

std::shared_ptr<const TextEncoder> load_text_encoder(const std::vector<Weights>& files, TextUse use) {
  const TextRecipe recipe = recipe_of(names_of(files), use);
  std::vector<TextTower> towers;
  for (const ClipPlace& place : recipe.clip) {
    towers.push_back({place.rules, load_clip(files[place.file], place)});
  }
  std::shared_ptr<const SentenceTower> sentence;
  if (recipe.sentence) {
    const SentencePlace& place = *recipe.sentence;
    const Weights& file = files[place.file];
    sentence = place.kind == SentenceKind::t5
                   ? t5_tower(load_t5(file, place), recipe.t5)
                   : tower_of(load_language(file, place), load_tokenizer(file, place), place);
  }
  return std::make_shared<TextEncoder>(std::move(towers), std::move(sentence), recipe.joining);
}

}  // namespace ksampler
