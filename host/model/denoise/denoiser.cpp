#include "host/model/denoise/denoiser.hpp"

#include "host/base/error.hpp"

namespace ksampler {

std::shared_ptr<const Denoiser> Denoiser::with_sampling(ModelSampling /*sampling*/) const {
  throw Error("this model's parameterization cannot be changed; expected one of a checkpoint");
}

std::shared_ptr<const Denoiser> Denoiser::with_lora(const Lora& /*lora*/, double /*strength*/,
                                                    LoraUse& /*use*/) const {
  throw Error("this model has no weights that a LoRA could be added to; expected one of a checkpoint");
}

}  // namespace ksampler
