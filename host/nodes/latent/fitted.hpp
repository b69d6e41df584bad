// Latents in the size of others.
#ifndef KSAMPLER_NODES_LATENT_FITTED_HPP
#define KSAMPLER_NODES_LATENT_FITTED_HPP

#include <ATen/core/Tensor.h>

#include <string>

namespace ksampler {

// 'samples2' in the size of 'samples1'; what does not fit its ratio is cut off. Throws Error where
// their channels differ.
at::Tensor fitted_samples(const at::Tensor& first, const at::Tensor& second, const std::string& method);

}  // namespace ksampler

#endif
