#include "host/model/network/language_vision.hpp"

#include "host/model/network/qwen3_vision.hpp"
#include "host/model/network/qwen_vision.hpp"

namespace ksampler {

std::string vision_root(const Weights& weights) {
  const std::string of_transformers = "model.visual.";
  return weights.has_any(of_transformers) ? of_transformers : "visual.";
}

std::unique_ptr<const LanguageVision> load_language_vision(const Weights& weights, std::int64_t width) {
  const Weights own = weights.within(vision_root(weights));
  if (!own.has("patch_embed.proj.weight")) return nullptr;
  if (Qwen3Vision::is_in(own)) return std::make_unique<Qwen3Vision>(own, width);
  return std::make_unique<QwenVision>(own, width);
}

}  // namespace ksampler
