// Qwen-Image, its editing models and Layered (Alibaba 2025).
#include "host/model/network/qwen_image.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

bool is_qwen_image(const Weights& weights) {
  return weights.has("transformer_blocks.0.img_mod.1.weight") && weights.has("txt_norm.weight");
}

std::shared_ptr<const Network> qwen_image_network(const Weights& weights) {
  return std::make_shared<QwenImage>(weights);
}

ModelSampling qwen_image_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flux(/*shift=*/1.15);
}

}  // namespace

const Family kQwenImage = {.id = "qwen_image",
                           .name = "Qwen-Image",
                           .latents = wan_latents(),
                           .is_of = is_qwen_image,
                           .network = qwen_image_network,
                           .sampling = qwen_image_sampling,
                           .lora_targets = qwen_image_lora_targets,
                           .on_gpu = at::kBFloat16,
                           .stays_stored = true};

}  // namespace ksampler
