#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/load/file_network.hpp"
#include "host/model/load/load_text.hpp"
#include "host/model/load/surplus.hpp"
#include "host/model/lora/lora.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {

TextModel::TextModel(std::vector<Weights> files, TextUse use) {
  std::vector<Weights> shapes;
  for (const Weights& file : files) {
    files_.push_back(file.fresh());
    shapes.push_back(files_.back().shapes());
  }
  patches_.resize(files_.size());
  recipe_ = recipe_of(names_of(shapes), use);
  shapes_ = load_text_encoder(shapes, use);
  for (const Weights& each : shapes) surplus_.push_back(surplus_of_text(each));
}

template <typename T, typename Load>
std::shared_ptr<const T> TextModel::hold_part(NetworkCache& cache, std::size_t file,
                                              const std::string& name, std::uint64_t bytes,
                                              bool in_file, const Load& load) const {
  const Weights& weights = files_[file];
  const NetworkKey key{.file = weights.file()->file(),
                       .kind = sentence("text {} {}", name, at::toString(weights.type())),
                       .variant = patches_[file].identity,
                       .device = weights.device()};
  return cache.hold<T>(key, bytes, [&] {
    const Weights changed = weights.fresh().patched_by(patches_[file].weights);
    return load(in_file ? changed.in_file(stream_for(cache, weights.device(), bytes)) : changed);
  });
}

std::shared_ptr<const TextEncoder> TextModel::hold(NetworkCache& cache) const {
  std::vector<TextTower> towers;
  for (std::size_t i = 0; i < recipe_.clip.size(); ++i) {
    const ClipPlace& place = recipe_.clip[i];
    // One file may be CLIP-L of two families, which use it differently.
    const std::string name = "CLIP " + place.prefix + (place.rules.projects ? "" : " unprojected");
    towers.push_back(
        {place.rules,
         hold_part<ClipText>(cache, place.file, name, shapes_->towers()[i].network->bytes(), false,
                             [&](const Weights& file) { return load_clip(file, place); })});
  }
  std::shared_ptr<const SentenceTower> tower;
  if (recipe_.sentence) {
    const SentencePlace& place = *recipe_.sentence;
    const std::uint64_t bytes = shapes_->sentence_tower()->bytes();
    const auto part = [&]<typename T>(auto load) {
      const std::string name = shapes_->sentence_tower()->name() + " " + place.prefix;
      return hold_part<T>(cache, place.file, name, bytes, true,
                          [&](const Weights& file) { return load(file, place); });
    };
    tower = place.kind == SentenceKind::t5 ? t5_tower(part.operator()<T5Text>(load_t5), recipe_.t5)
                                           : tower_of(part.operator()<LanguageText>(load_language),
                                                      shapes_->sentence_tower()->tokenizer(), place);
  }
  const auto encoder =
      std::make_shared<const TextEncoder>(std::move(towers), std::move(tower), recipe_.joining);
  return last_layer_ ? encoder->with_last_layer(*last_layer_) : encoder;
}

TextModel TextModel::with_last_layer(std::int64_t layer) const {
  shapes_->with_last_layer(layer);  // which says where there is none
  TextModel changed = *this;
  changed.last_layer_ = layer;
  return changed;
}

TextModel TextModel::with_t5_lengths(const T5Lengths& lengths) const {
  if (!recipe_.sentence || recipe_.sentence->kind != SentenceKind::t5) {
    throw Error("these text encoders have no T5; expected those of Flux.1, Chroma or SD 3");
  }
  TextModel changed = *this;
  changed.recipe_.t5 = lengths;
  return changed;
}

TextModel TextModel::with_lora(const Lora& lora, double strength, LoraUse& use) const {
  const std::vector<TextTower>& towers = shapes_->towers();
  TextModel changed = *this;
  for (std::size_t i = 0; i < towers.size(); ++i) {
    const LoraTargets targets = text_lora_targets(*towers[i].network, i, towers.size());
    changed.patches_[recipe_.clip[i].file].add(lora_patches(lora, targets, strength, use), "");
  }
  for (Patches& patches : changed.patches_) patches.add({}, identity_of(lora, strength));
  return changed;
}

}  // namespace ksampler
