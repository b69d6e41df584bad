// Z-Image, Turbo and Base (Alibaba 2025).
#include "host/model/family/family.hpp"
#include "host/model/network/next_dit.hpp"

namespace ksampler {
namespace {

constexpr NextDitOptions kZImageOptions = {
    .time_factor = 1000.0, .theta = 256.0, .axes = {32, 48, 48}, .head_multiple = 16};

// Lumina 2, whose names are the same, fills nothing up.
bool is_z_image(const Weights& weights) {
  return weights.has("cap_embedder.1.weight") && weights.has("cap_pad_token") &&
         weights.has("x_pad_token") && !weights.has_any("siglip_embedder.");
}

std::shared_ptr<const Network> z_image_network(const Weights& weights) {
  return std::make_shared<NextDit>(weights, kZImageOptions);
}

ModelSampling z_image_sampling(const Weights& /*weights*/, std::vector<std::string>& /*notes*/) {
  return ModelSampling::flow(/*shift=*/3.0, /*multiplier=*/1.0);
}

}  // namespace

const Family kZImage = {.id = "z_image",
                        .name = "Z-Image",
                        .latents = flux_latents(),
                        .is_of = is_z_image,
                        .network = z_image_network,
                        .sampling = z_image_sampling,
                        .lora_targets = z_image_lora_targets,
                        .on_gpu = at::kBFloat16,
                        .stays_stored = true};

}  // namespace ksampler
