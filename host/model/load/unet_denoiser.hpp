// A UNet of a checkpoint as a denoiser, which keeps its weights so that it can be changed by a LoRA.
#ifndef KSAMPLER_MODEL_LOAD_UNET_DENOISER_HPP
#define KSAMPLER_MODEL_LOAD_UNET_DENOISER_HPP

#include "host/model/denoise/network_denoiser.hpp"
#include "host/model/load/recognise.hpp"
#include "host/model/network/unet.hpp"

#include <memory>

namespace ksampler {

class UnetDenoiser : public GuidedDenoiser {
 public:
  // `weights`: what `unet` was made of.
  UnetDenoiser(std::shared_ptr<const Unet> unet, const Architecture& architecture,
               ModelSampling sampling, Weights weights);

  // As the file's metadata says ("ksampler.latent_rgb", see parse_colours), else as its family's.
  LatentColours colours() const override { return colours_; }
  std::shared_ptr<const Denoiser> with_sampling(ModelSampling sampling) const override;
  std::shared_ptr<const Denoiser> with_lora(const Lora& lora, double strength,
                                            LoraUse& use) const override;

 private:
  std::shared_ptr<const Unet> unet_;
  const Architecture* architecture_;
  Weights weights_;
  LatentColours colours_;
};

}  // namespace ksampler

#endif
