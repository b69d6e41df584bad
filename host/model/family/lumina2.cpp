// Lumina-Image 2.0 (Qin et al. 2025, 2503.21758): Flux.1's latents, guided by Gemma 2.
#include "host/model/family/family.hpp"
#include "host/model/network/next_dit.hpp"

namespace ksampler {
namespace {

constexpr NextDitOptions kLumina2Options = {.axes = {1, 1, 1}, .head_multiple = 6};

// Z-Image's fills up; NewBie's takes a pooled text, too.
bool is_lumina2(const Weights& weights) {
  return weights.has("cap_embedder.1.weight") && weights.has("layers.0.adaLN_modulation.1.weight") &&
         !weights.has("cap_pad_token") && !weights.has_any("clip_text_pooled_proj.");
}

std::shared_ptr<const Network> lumina2_network(const Weights& weights) {
  return std::make_shared<NextDit>(weights, kLumina2Options);
}

ModelSampling lumina2_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flow(/*shift=*/6.0, /*multiplier=*/1.0);
}

}  // namespace

const Family kLumina2 = {.id = "lumina2",
                         .name = "Lumina 2",
                         .latents = flux_latents(),
                         .is_of = is_lumina2,
                         .network = lumina2_network,
                         .sampling = lumina2_sampling,
                         .lora_targets = lumina2_lora_targets,
                         .on_gpu = at::kBFloat16,
                         .stays_stored = true};

}  // namespace ksampler
