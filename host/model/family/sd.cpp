// Stable Diffusion 1 (Rombach et al. 2022) and 2: a UNet guided by one text encoder.
#include "host/model/family/family.hpp"
#include "host/model/family/prediction.hpp"
#include "host/model/family/unet_family.hpp"

#include <ATen/ops/std.h>

namespace ksampler {
namespace {

constexpr UnetHeads kSd1Heads = {.heads = 8};
constexpr UnetHeads kSd2Heads = {.head_width = 64};

bool is_sd1(const Weights& weights) {
  const auto plan = unet_plan_of(weights);
  return plan && plan->label_width == 0 && !plan->linear_projections;
}

bool is_sd2(const Weights& weights) {
  const auto plan = unet_plan_of(weights);
  return plan && plan->label_width == 0 && plan->linear_projections;
}

std::shared_ptr<const Network> sd1_network(const Weights& weights) {
  return unet_network(weights, kSd1Heads, /*numbers=*/0);
}

std::shared_ptr<const Network> sd2_network(const Weights& weights) {
  return unet_network(weights, kSd2Heads, /*numbers=*/0);
}

ModelSampling sd1_sampling(const Weights& weights, std::vector<std::string>& notes) {
  return prediction_in(weights, notes).value_or(ModelSampling::named("eps"));
}

// ComfyUI's rule for SD 2: the first normalisation of this block spreads wider in the networks that
// were trained to predict v.
bool spreads_like_v(const Weights& weights) {
  const std::string name = "output_blocks.11.1.transformer_blocks.0.norm1.bias";
  if (!weights.has(name)) return false;
  const at::Tensor bias = weights.as(at::kFloat).get(name, {kAnySize});
  return at::std(bias, /*unbiased=*/false).item<float>() > 0.09F;
}

ModelSampling sd2_sampling(const Weights& weights, std::vector<std::string>& notes) {
  if (const auto said = prediction_in(weights, notes)) return *said;
  return ModelSampling::named(spreads_like_v(weights) ? "v" : "eps");
}

}  // namespace

const Family kSd1 = {.id = "sd1",
                     .name = "SD 1",
                     .latents = stable_diffusion_latents(),
                     .is_of = is_sd1,
                     .network = sd1_network,
                     .sampling = sd1_sampling,
                     .concat = sd1_concat,
                     .lora_targets = unet_lora_targets};
const Family kSd2 = {.id = "sd2",
                     .name = "SD 2",
                     .latents = stable_diffusion_latents(),
                     .is_of = is_sd2,
                     .network = sd2_network,
                     .sampling = sd2_sampling,
                     .concat = unet_concat,
                     .lora_targets = unet_lora_targets};

}  // namespace ksampler
