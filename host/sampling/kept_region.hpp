// Holds the region that an inpaint keeps: the model sees it with noise of its own, and its prediction
// there is the latent itself.
#ifndef KSAMPLER_SAMPLING_KEPT_REGION_HPP
#define KSAMPLER_SAMPLING_KEPT_REGION_HPP

#include "host/model/noising/model_sampling.hpp"
#include "host/sampling/differential_mask.hpp"

#include <ATen/core/Tensor.h>

#include <optional>

namespace ksampler {

class KeptRegion {
 public:
  // `mask`: of any size, 1 where the latent is painted anew. `differential`: what becomes of the mask
  // as the run goes on; none: it stays as it is. `latent` and `noise` are of one shape.
  KeptRegion(const at::Tensor& mask, std::optional<DifferentialMask> differential, at::Tensor latent,
             at::Tensor noise);

  // x as the model is to see it at this noise level.
  const at::Tensor& noised(const at::Tensor& x, double sigma, const ModelSampling& sampling);
  void restore(at::Tensor& denoised) const;

 private:
  at::Tensor whole_;
  at::Tensor mask_;  // at the noise level of the last call
  std::optional<DifferentialMask> differential_;
  at::Tensor latent_;
  at::Tensor noise_;
  at::Tensor x_;
};

}  // namespace ksampler

#endif
