// Two denoisers that are exactly defined, small, and enough to compare samplers to the last bit: the
// posterior mean of a mixture of a few latents, and of a Gaussian for each channel.
//
// With (a, b) the noising at sigma, x = a * x0 + b * noise, and v = a^2 s^2 + b^2:
//   mixture:  logit_k = log_weights[c,k] - tau * sum((x - a*means_k)^2) / (2v);  w = softmax(logit)
//             D = (sum_k w_k means_k * b^2 + a s^2 x) / v
//   gaussian: D = (channel_means[c] * b^2 + a s^2 x) / v
// where c is the conditioning's label (tests/data/parity/README.md).
#ifndef KSAMPLER_MODEL_TOY_TOY_DENOISER_HPP
#define KSAMPLER_MODEL_TOY_TOY_DENOISER_HPP

#include "host/model/toy/exact_model.hpp"

#include <filesystem>
#include <string>

namespace ksampler {

// `denoiser`: "mixture" or "gaussian". `file`: safetensors with means [K,C,H,W], log_weights [L,K],
// channel_means [L,C], scale [1] (s), temper [1] (tau). Throws Error.
Model load_toy_denoiser(const std::filesystem::path& file, const std::string& denoiser,
                        ModelSampling sampling, at::Device device);

}  // namespace ksampler

#endif
