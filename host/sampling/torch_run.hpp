// A run on LibTorch's tensors: what host/session has, for those.
#ifndef KSAMPLER_SAMPLING_TORCH_RUN_HPP
#define KSAMPLER_SAMPLING_TORCH_RUN_HPP

#include "host/session/abi_run.hpp"
#include "host/session/noise_source.hpp"
#include "host/session/run_companion.hpp"
#include "host/tensor/space.hpp"

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace ksampler {

// Runs `sampler` on `x`, in place. Throws as the other one.
inline RunCounts run_sampler(ks_sampler* sampler, const AbiRunSettings& settings, at::Tensor& x) {
  TensorSpace space(x);
  return run_sampler(sampler, settings, space, run_tensor(x));
}

// D(x, sigma); the second is null where only `denoised` is asked for.
using TorchDenoise = std::function<void(const at::Tensor& x, double sigma, at::Tensor& denoised,
                                        at::Tensor* unconditional)>;
inline DenoiseFunction on_torch(TorchDenoise denoise) {
  return [denoise = std::move(denoise)](const RunTensor& x, double sigma, const RunTensor& denoised,
                                        const RunTensor* unconditional) {
    denoise(torch_tensor(x), sigma, torch_tensor(denoised),
            unconditional == nullptr ? nullptr : &torch_tensor(*unconditional));
  };
}

// Spaces of latents like `prototype`.
inline MakeSpace torch_spaces(at::Tensor prototype) {
  return [prototype = std::move(prototype)] { return std::make_unique<TensorSpace>(prototype); };
}

inline NoiseSize noise_size(at::IntArrayRef latent) {
  const auto items = static_cast<std::size_t>(latent.empty() ? 1 : latent[0]);
  std::size_t item = 1;
  for (std::size_t i = 1; i < latent.size(); ++i) item *= static_cast<std::size_t>(latent[i]);
  return {items, item};
}

// Draws into `out`, a latent of LibTorch's.
inline void draw(NoiseSource& source, const at::Tensor& out, double sigma, double sigma_next) {
  TorchMemory memory(out);
  source.draw(memory, run_tensor(out), sigma, sigma_next);
}

// The initial noise of a latent of `shape` (float32, CPU), and the generators as it left them.
struct InitialTorchNoise {
  at::Tensor noise;
  std::vector<Generator> generators;
};
InitialTorchNoise initial_noise(at::IntArrayRef shape, const NoiseSettings& settings);

}  // namespace ksampler

#endif
