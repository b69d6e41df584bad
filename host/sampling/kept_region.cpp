#include "host/sampling/kept_region.hpp"

#include "host/sampling/masks.hpp"
#include "host/tensor/lincomb.hpp"

#include <ATen/Functions.h>

#include <array>
#include <utility>

namespace ksampler {

KeptRegion::KeptRegion(const at::Tensor& mask, std::optional<DifferentialMask> differential,
                       at::Tensor latent, at::Tensor noise)
    : whole_(fit_mask(mask, latent.sizes()).to(latent.device())),
      mask_(whole_),
      differential_(std::move(differential)),
      latent_(std::move(latent)),
      noise_(std::move(noise)),
      x_(at::empty_like(latent_)) {}

const at::Tensor& KeptRegion::noised(const at::Tensor& x, double sigma, const ModelSampling& sampling) {
  if (differential_) mask_ = differential_->at(whole_, sigma);
  const auto [a, b] = sampling.noise_scaling(sigma, /*at_maximum=*/false);
  lincomb(x_, std::array{a, b}, std::array<const at::Tensor*, 2>{&noise_, &latent_});
  return at::lerp_out(x_, x_, x, mask_);
}

void KeptRegion::restore(at::Tensor& denoised) const {
  at::lerp_out(denoised, latent_, denoised, mask_);
}

}  // namespace ksampler
