// The noise sources of a model around each draw of a run, on LibTorch's tensors.
#ifndef KSAMPLER_SAMPLING_NOISE_CHAIN_HPP
#define KSAMPLER_SAMPLING_NOISE_CHAIN_HPP

#include "host/model/load/model.hpp"
#include "host/sampling/torch_run.hpp"
#include "host/session/noises_of_run.hpp"

#include <ATen/core/Tensor.h>

#include <vector>

namespace ksampler {

// Throws Error: unknown, or wrong parameters.
std::vector<MadeNoise> make_noises(const Registry& registry, const std::vector<ModelNoise>& noises);

class NoiseChain : public NoisesOfRun {
 public:
  // For latents like `prototype`; otherwise as NoisesOfRun.
  NoiseChain(const std::vector<MadeNoise>& noises, const NoiseSettings& settings,
             const AbiRunSettings& run, const at::Tensor& prototype)
      : NoisesOfRun(noises, settings, run, noise_size(prototype.sizes()), torch_spaces(prototype)) {}

  using NoisesOfRun::shape_start;
  void shape_start(at::Tensor& noise, double sigma) { shape_start(run_tensor(noise), sigma); }
};

}  // namespace ksampler

#endif
