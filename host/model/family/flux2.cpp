// Flux.2 (Black Forest Labs 2025): klein, of 4 and 9 billion weights, and dev, which is told a
// guidance.
#include "host/model/network/flux2.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

bool is_flux2(const Weights& weights) {
  return weights.has("double_blocks.0.img_attn.qkv.weight") &&
         weights.has("double_stream_modulation_img.lin.weight") && weights.has("img_in.weight");
}

std::shared_ptr<const Network> flux2_network(const Weights& weights) {
  return std::make_shared<Flux2>(weights);
}

ModelSampling flux2_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flux(/*shift=*/2.02);
}

}  // namespace

const Family kFlux2 = {.id = "flux2",
                       .name = "Flux.2",
                       .latents = flux2_latents(),
                       .is_of = is_flux2,
                       .network = flux2_network,
                       .sampling = flux2_sampling,
                       .lora_targets = flux2_lora_targets,
                       .on_gpu = at::kBFloat16,
                       .stays_stored = true};

}  // namespace ksampler
