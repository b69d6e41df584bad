#include "host/model/load/load_text.hpp"
#include "host/model/load/surplus.hpp"
#include "host/model/lora/lora.hpp"

#include <utility>

namespace ksampler {

TextModel::TextModel(Weights weights) : weights_(weights.fresh()) {
  const Weights shapes = weights_.shapes();
  shapes_ = load_text_encoder(shapes);
  surplus_ = surplus_of_text(shapes);
}

std::shared_ptr<const TextEncoder> TextModel::hold(NetworkCache& cache) const {
  const NetworkKey key{.file = weights_.file()->file(),
                       .kind = std::string("text ") + at::toString(weights_.type()),
                       .variant = patches_.identity,
                       .device = weights_.device()};
  const auto encoder = cache.hold<TextEncoder>(key, shapes_->bytes(), [this] {
    return load_text_encoder(weights_.fresh().patched_by(patches_.weights));
  });
  return last_layer_ ? encoder->with_last_layer(*last_layer_) : encoder;
}

TextModel TextModel::with_last_layer(std::int64_t layer) const {
  shapes_->with_last_layer(layer);  // which says where there is none
  TextModel changed = *this;
  changed.last_layer_ = layer;
  return changed;
}

TextModel TextModel::with_lora(const Lora& lora, double strength, LoraUse& use) const {
  const std::vector<TextTower>& towers = shapes_->towers();
  WeightPatches patches;
  for (std::size_t i = 0; i < towers.size(); ++i) {
    const LoraTargets targets = text_lora_targets(*towers[i].network, i, towers.size());
    patches.merge(lora_patches(lora, targets, strength, use));
  }
  TextModel changed = *this;
  changed.patches_.add(std::move(patches), identity_of(lora, strength));
  return changed;
}

}  // namespace ksampler
