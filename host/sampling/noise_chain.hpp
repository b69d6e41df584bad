// The noise sources of a model, one after the other, around each draw of a run: see ks/noise.h.
#ifndef KSAMPLER_SAMPLING_NOISE_CHAIN_HPP
#define KSAMPLER_SAMPLING_NOISE_CHAIN_HPP

#include "host/model/load/model.hpp"
#include "host/plugin/registry.hpp"
#include "host/sampling/abi_run.hpp"
#include "host/sampling/noise_source.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ksampler {

// A noise source of a model, ready for a run.
struct MadeNoise {
  NoiseDescription description;
  std::shared_ptr<NoiseInstance> instance;
  bool at_start = true;  // see ModelNoise
  bool at_steps = true;
};

// Throws Error: unknown, or wrong parameters.
std::vector<MadeNoise> make_noises(const Registry& registry, const std::vector<ModelNoise>& noises);

class NoiseChain {
 public:
  // `run`: the noise levels, the model and the way to stop; for latents like `prototype`, with the
  // noise of `settings`. Throws what a source fails with.
  NoiseChain(std::vector<MadeNoise> noises, const NoiseSettings& settings, const AbiRunSettings& run,
             const at::Tensor& prototype);
  ~NoiseChain();
  NoiseChain(const NoiseChain&) = delete;
  NoiseChain& operator=(const NoiseChain&) = delete;

  // Shapes the noise that the run begins with, which leads from 0 to `sigma`. In place; throws Error,
  // Stopped.
  void shape_start(at::Tensor& noise, double sigma);

  // Shapes a draw that a sampler asks for. In place; throws Error, Stopped.
  void shape_step(at::Tensor& noise, double sigma, double sigma_next);

  // How often a source waited for the device.
  std::uint64_t waits() const;

 private:
  struct Link;
  static void shape_with(Link& link, at::Tensor& noise, double sigma, double sigma_next);

  std::vector<std::unique_ptr<Link>> links_;  // in the order of the pipeline
};

// Whether one of them shapes what samplers draw.
bool shape_steps(const std::vector<MadeNoise>& noises);

// `source`, or null where it is null, with each draw shaped by the chain that `chain` then gives for
// its shape.
std::unique_ptr<NoiseSource> shaped_by(std::function<NoiseChain&(at::IntArrayRef)> chain,
                                       std::unique_ptr<NoiseSource> source);

}  // namespace ksampler

#endif
