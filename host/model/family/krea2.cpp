// Krea 2 (Krea 2026), Raw and Turbo: Wan 2.1's latents, guided by several layers of Qwen3-VL.
#include "host/model/network/krea2.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

bool is_krea2(const Weights& weights) { return weights.has("txtfusion.projector.weight"); }

std::shared_ptr<const Network> krea2_network(const Weights& weights) {
  return std::make_shared<Krea2>(weights);
}

ModelSampling krea2_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flux(/*shift=*/1.15);
}

}  // namespace

const Family kKrea2 = {.id = "krea2",
                       .name = "Krea 2",
                       .latents = wan_latents(),
                       .is_of = is_krea2,
                       .network = krea2_network,
                       .sampling = krea2_sampling,
                       .lora_targets = krea2_lora_targets,
                       .on_gpu = at::kBFloat16,
                       .stays_stored = true};

}  // namespace ksampler
