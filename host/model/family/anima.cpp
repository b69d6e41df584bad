// Anima (CircleStone 2026): Cosmos Predict 2's transformer and Wan 2.1's latents, guided by Qwen3 0.6B.
#include "host/model/network/anima.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

// Cosmos Predict 2 itself has no adapter, and is guided by T5.
bool is_anima(const Weights& weights) {
  return weights.has("blocks.0.mlp.layer1.weight") && weights.has_any("llm_adapter.blocks.0.");
}

std::shared_ptr<const Network> anima_network(const Weights& weights) {
  return std::make_shared<Anima>(weights);
}

ModelSampling anima_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flow(/*shift=*/3.0, /*multiplier=*/1.0);
}

}  // namespace

const Family kAnima = {.id = "anima",
                       .name = "Anima",
                       .latents = wan_latents(),
                       .is_of = is_anima,
                       .network = anima_network,
                       .sampling = anima_sampling,
                       .lora_targets = anima_lora_targets,
                       .on_gpu = at::kBFloat16,
                       .stays_stored = true};

}  // namespace ksampler
