// Stable Diffusion 3 and 3.5 (Esser et al. 2024).
#include "host/model/network/sd3.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

bool is_sd3(const Weights& weights) {
  return weights.has("joint_blocks.0.x_block.attn.qkv.weight") && weights.has("pos_embed");
}

std::shared_ptr<const Network> sd3_network(const Weights& weights) {
  return std::make_shared<Sd3>(weights);
}

ModelSampling sd3_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flow(/*shift=*/3.0);
}

}  // namespace

const Family kSd3 = {.id = "sd3",
                     .name = "SD 3",
                     .latents = sd3_latents(),
                     .is_of = is_sd3,
                     .network = sd3_network,
                     .sampling = sd3_sampling,
                     .lora_targets = sd3_lora_targets,
                     .on_gpu = at::kHalf,
                     .stays_stored = true};

}  // namespace ksampler
