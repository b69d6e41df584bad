#include "host/model/load/unet_denoiser.hpp"

#include "host/base/error.hpp"
#include "host/model/lora/lora.hpp"

#include <utility>

namespace ksampler {
namespace {

class GuidedUnet : public GuidedNetwork {
 public:
  GuidedUnet(std::shared_ptr<const Unet> unet, const Architecture& architecture)
      : unet_(std::move(unet)),
        facts_{.channels = unet_->plan().channels_in,
               .context_width = unet_->plan().context_width,
               .label_width = unet_->plan().label_width,
               .size_numbers = architecture.size_numbers,
               .latent_scale = architecture.latent_scale} {}

  const GuidedNetworkFacts& facts() const override { return facts_; }
  at::TensorOptions options() const override { return unet_->options(); }
  at::Tensor predict(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                     const at::Tensor& label) const override {
    return (*unet_)(x, timesteps, context, label);
  }

 private:
  std::shared_ptr<const Unet> unet_;
  GuidedNetworkFacts facts_;
};

LatentColours colours_in(const Weights& weights, const Denoiser& model) {
  constexpr const char* kKey = "ksampler.latent_rgb";
  const auto said = weights.file()->metadata().find(kKey);
  if (said == weights.file()->metadata().end()) {
    return known_colours(model.latent_channels(), model.latent_scale());
  }
  try {
    return parse_colours(said->second, model.latent_channels());
  } catch (const Error& error) {
    throw Error({weights.file()->file().string()},
                std::string("the metadata's '") + kKey + "': " + error.what());
  }
}

}  // namespace

UnetDenoiser::UnetDenoiser(std::shared_ptr<const Unet> unet, const Architecture& architecture,
                           ModelSampling sampling, Weights weights)
    : GuidedDenoiser(std::make_shared<const GuidedUnet>(unet, architecture), std::move(sampling)),
      unet_(std::move(unet)),
      architecture_(&architecture),
      weights_(std::move(weights)),
      colours_(colours_in(weights_, *this)) {}

std::shared_ptr<const Denoiser> UnetDenoiser::with_sampling(ModelSampling sampling) const {
  return std::make_shared<UnetDenoiser>(unet_, *architecture_, std::move(sampling), weights_);
}

std::shared_ptr<const Denoiser> UnetDenoiser::with_lora(const Lora& lora, double strength,
                                                        LoraUse& use) const {
  const LoraTargets targets = unet_lora_targets(weights_, unet_->plan());
  Weights changed = weights_.patched_by(lora_patches(lora, targets, strength, use));
  auto unet = std::make_shared<const Unet>(changed, unet_->plan());
  return std::make_shared<UnetDenoiser>(std::move(unet), *architecture_, sampling(),
                                        std::move(changed));
}

}  // namespace ksampler
