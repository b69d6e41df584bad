// What can denoise. A model gives D(x, sigma, conditioning), the estimate of the clean latent; its
// parameterization is data (ModelSampling), so that nothing else needs to know how it was trained.
#ifndef KSAMPLER_MODEL_DENOISE_DENOISER_HPP
#define KSAMPLER_MODEL_DENOISE_DENOISER_HPP

#include "host/model/denoise/conditioning.hpp"
#include "host/model/family/latent_colours.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

struct Lora;
struct LoraUse;

// One prediction that is asked for. `denoised` is allocated by the caller, like `x`.
struct DenoiseRequest {
  const at::Tensor* x;  // [B,C,H,W]
  const Conditioning* conditioning;
  at::Tensor* denoised;
};

class Denoiser {
 public:
  virtual ~Denoiser() = default;

  virtual const ModelSampling& sampling() const = 0;
  virtual std::int64_t latent_channels() const = 0;
  // What a latent of the model's autoencoder is multiplied by before it is sampled, so that its
  // variance is about 1; divided by after.
  virtual double latent_scale() const { return 1.0; }
  virtual at::Device device() const = 0;
  // How a latent is shown while it is sampled.
  virtual LatentColours colours() const { return known_colours(latent_channels(), latent_scale()); }

  // Throws Error where the model has no answer for a latent of this shape, [B,C,H,W].
  virtual void check_shape(at::IntArrayRef shape) const = 0;

  // The names of the classes that a conditioning's label stands for; empty where it has none.
  virtual const std::vector<std::string>& classes() const = 0;

  // The same network under another parameterization. Throws Error where it has but its own.
  virtual std::shared_ptr<const Denoiser> with_sampling(ModelSampling sampling) const;

  // The same network with a LoRA added to its weights; what of it those were, and what did not fit,
  // goes to `use`. Throws Error where a tensor is damaged, or the model has no weights.
  virtual std::shared_ptr<const Denoiser> with_lora(const Lora& lora, double strength,
                                                    LoraUse& use) const;

  // One call of the model for all requests, whose x are of one shape. Counts as one model call.
  virtual void denoise(std::span<const DenoiseRequest> requests, double sigma) const = 0;
};

}  // namespace ksampler

#endif
