// What can denoise: D(x, sigma, conditioning), the estimate of the clean latent. Made of a Model when a
// run starts, and gone when it ends. Its parameterization is data (ModelSampling), so that nothing else
// needs to know how it was trained.
#ifndef KSAMPLER_MODEL_DENOISE_DENOISER_HPP
#define KSAMPLER_MODEL_DENOISE_DENOISER_HPP

#include "host/base/error.hpp"
#include "host/model/denoise/conditioning.hpp"
#include "host/model/family/latent_format.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace ksampler {

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
  virtual const LatentFormat& latents() const = 0;
  virtual at::Device device() const = 0;

  // Whether its network can be weakened (Conditioning::perturbed).
  virtual bool perturbs() const { return false; }

  // What its network is shown beside the latent, in further channels, [B,n,H,W] (see ConcatSource);
  // undefined: it takes none. Throws Error where the conditioning's is of another model.
  virtual at::Tensor concat(const Conditioning& /*conditioning*/, const at::Tensor& /*latent*/,
                            const at::Tensor& /*mask*/) const {
    return {};
  }

  // Loads the networks of these, for latents of H by W cells, and has them look at their pictures.
  // Throws Error where one is of another model.
  virtual void make_ready(std::vector<Control>& controls, std::int64_t /*height*/,
                          std::int64_t /*width*/) const {
    if (controls.empty()) return;
    throw Error("ControlNets are for the UNets of SD 1, SD 2 and SDXL; this model is none of these");
  }

  // Throws Error where the model has no answer for a latent of this shape, [B,C,H,W].
  virtual void check_shape(at::IntArrayRef shape) const = 0;

  // One call of the model for all requests, whose x are of one shape. Counts as one model call.
  virtual void denoise(std::span<const DenoiseRequest> requests, double sigma) const = 0;
};

}  // namespace ksampler

#endif
