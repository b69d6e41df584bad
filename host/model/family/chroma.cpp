// Chroma (Lodestone Rock 2025): Flux.1 schnell with fewer weights, trained on, without a pooled text.
#include "host/model/family/family.hpp"
#include "host/model/network/chroma_approximator.hpp"
#include "host/model/network/flux.hpp"

namespace ksampler {
namespace {

// Radiance, which makes pixels, has another way in.
bool is_chroma(const Weights& weights) {
  return weights.has("double_blocks.0.img_attn.qkv.weight") && weights.has("img_in.weight") &&
         ChromaApproximator::is_in(weights);
}

std::shared_ptr<const Network> chroma_network(const Weights& weights) {
  return std::make_shared<Flux>(weights);
}

ModelSampling chroma_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flux();
}

}  // namespace

const Family kChroma = {.id = "chroma",
                        .name = "Chroma",
                        .latents = flux_latents(),
                        .is_of = is_chroma,
                        .network = chroma_network,
                        .sampling = chroma_sampling,
                        .lora_targets = flux_lora_targets,
                        .on_gpu = at::kBFloat16,
                        .stays_stored = true};

}  // namespace ksampler
