// Flux.1 (Black Forest Labs 2024): dev, Kontext and Krea, which are told a guidance, and schnell, which
// is not.
#include "host/model/network/flux.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

// Others have double blocks too; Chroma, for one, has no pooled text.
bool is_flux(const Weights& weights) {
  return weights.has("double_blocks.0.img_attn.qkv.weight") &&
         weights.has("vector_in.in_layer.weight") && weights.has("img_in.weight");
}

bool is_dev(const Weights& weights) { return is_flux(weights) && weights.has_any("guidance_in."); }
bool is_schnell(const Weights& weights) { return is_flux(weights) && !is_dev(weights); }

std::shared_ptr<const Network> flux_network(const Weights& weights) {
  return std::make_shared<Flux>(weights);
}

ModelSampling dev_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flux();
}

// Its steps lie evenly, and it is told the noise level itself.
ModelSampling schnell_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flow(/*shift=*/1.0, /*multiplier=*/1.0);
}

}  // namespace

const Family kFlux = {.id = "flux",
                      .name = "Flux.1",
                      .latents = flux_latents(),
                      .is_of = is_dev,
                      .network = flux_network,
                      .sampling = dev_sampling,
                      .concat = flux_concat,
                      .lora_targets = flux_lora_targets,
                      .on_gpu = at::kBFloat16,
                      .stays_stored = true};
const Family kFluxSchnell = {.id = "flux_schnell",
                             .name = "Flux.1 schnell",
                             .latents = flux_latents(),
                             .is_of = is_schnell,
                             .network = flux_network,
                             .sampling = schnell_sampling,
                             .concat = flux_concat,
                             .lora_targets = flux_lora_targets,
                             .on_gpu = at::kBFloat16,
                             .stays_stored = true};

}  // namespace ksampler
