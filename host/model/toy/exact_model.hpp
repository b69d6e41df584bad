// A model whose denoised latent is known by a formula, for any way of mixing in noise: no network, and
// nothing that is loaded later.
#ifndef KSAMPLER_MODEL_TOY_EXACT_MODEL_HPP
#define KSAMPLER_MODEL_TOY_EXACT_MODEL_HPP

#include "host/model/load/model.hpp"

#include <memory>
#include <span>

namespace ksampler {

class ExactModel : public ModelSource {
 public:
  // E[x0 | x] for x = noising.latent * x0 + noising.noise * (unit noise).
  virtual void denoise(std::span<const DenoiseRequest> requests, Noising noising) const = 0;

  std::shared_ptr<const Denoiser> denoiser(const Model& model, NetworkCache& cache) const override;
};

// The denoiser of a model of this kind, which loads nothing and so needs no cache.
std::shared_ptr<const Denoiser> exact_denoiser(const Model& model);

}  // namespace ksampler

#endif
