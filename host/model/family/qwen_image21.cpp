// Qwen-Image 2.1 (Alibaba 2026): pictures with alpha, in cells of 16 by 16 pixels, guided by what
// Qwen3-VL 8B makes of a prompt and of pictures.
#include "host/model/network/qwen_image21.hpp"
#include "host/model/family/family.hpp"

namespace ksampler {
namespace {

bool is_qwen_image21(const Weights& weights) {
  return weights.has("txt_in.text_norm.weight") && weights.has("modulation.1.weight");
}

std::shared_ptr<const Network> qwen_image21_network(const Weights& weights) {
  return std::make_shared<QwenImage21>(weights);
}

// What diffusers' schedule has at 1024 by 1024 pixels, and ComfyUI at all sizes.
ModelSampling qwen_image21_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flux(/*shift=*/0.69);
}

}  // namespace

const Family kQwenImage21 = {.id = "qwen_image_2.1",
                             .name = "Qwen-Image 2.1",
                             .latents = qwen_image21_latents(),
                             .is_of = is_qwen_image21,
                             .network = qwen_image21_network,
                             .sampling = qwen_image21_sampling,
                             .lora_targets = qwen_image21_lora_targets,
                             .on_gpu = at::kBFloat16,
                             .stays_stored = true};

}  // namespace ksampler
