#include "host/model/denoiser.hpp"

#include "host/base/error.hpp"

namespace ksampler {

std::shared_ptr<const Denoiser> Denoiser::with_sampling(ModelSampling /*sampling*/) const {
  throw Error("this model's parameterization cannot be changed; expected one of a checkpoint");
}

}  // namespace ksampler
