// How a network's prediction becomes a denoised latent:
//
//   D(x, sigma) = c_skip x + c_out F(c_in x, t(sigma), text)
//
// with c_in = 1 / sqrt(sigma^2 + 1) and, by what the network predicts, (c_skip, c_out) =
//   eps   (1, -sigma)                              Ho et al. 2020
//   v     (1, -sigma sqrt(sigma^2 + 1)) / (sigma^2 + 1)     Salimans and Ho 2022
//   x0    (0, 1)
// or, for a flow, c_in = 1 and (1, -sigma).
#ifndef KSAMPLER_MODEL_DENOISE_PRECONDITIONING_HPP
#define KSAMPLER_MODEL_DENOISE_PRECONDITIONING_HPP

#include "host/model/noising/model_sampling.hpp"

namespace ksampler {

struct Preconditioning {
  double c_in;
  double c_skip;
  double c_out;
};
// Throws Error where a network cannot be of that parameterization.
Preconditioning preconditioning(const ModelSampling& sampling, double sigma);

}  // namespace ksampler

#endif
