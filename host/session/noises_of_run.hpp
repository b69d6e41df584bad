// Noise sources of plugins, one after the other, around each draw of a run: see ks/noise.h.
#ifndef KSAMPLER_SESSION_NOISES_OF_RUN_HPP
#define KSAMPLER_SESSION_NOISES_OF_RUN_HPP

#include "host/plugin/registry.hpp"
#include "host/session/abi_run.hpp"
#include "host/session/noise_source.hpp"
#include "host/session/run_companion.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ksampler {

// A noise source, ready for a run.
struct MadeNoise {
  NoiseDescription description;
  std::shared_ptr<NoiseInstance> instance;
  bool at_start = true;  // shapes the noise that a run begins with
  bool at_steps = true;  // shapes the noise that samplers draw
};

class NoisesOfRun {
 public:
  // `run`: the noise levels, the model and the way to stop; `size`: of its latents, with the noise of
  // `settings`. Throws what a source fails with.
  NoisesOfRun(const std::vector<MadeNoise>& noises, const NoiseSettings& settings,
              const AbiRunSettings& run, const NoiseSize& size, const MakeSpace& make_space);
  ~NoisesOfRun();
  NoisesOfRun(const NoisesOfRun&) = delete;
  NoisesOfRun& operator=(const NoisesOfRun&) = delete;

  // Shapes the noise that the run begins with, which leads from 0 to `sigma`. In place; throws Error,
  // Stopped.
  void shape_start(const RunTensor& noise, double sigma);

  // Shapes a draw that a sampler asks for. In place; throws Error, Stopped.
  void shape_step(const RunTensor& noise, double sigma, double sigma_next);

  // How often a source waited for the device.
  std::uint64_t waits() const;

 private:
  struct Link;
  static void shape_with(Link& link, const RunTensor& noise, double sigma, double sigma_next);

  std::vector<std::unique_ptr<Link>> links_;  // in the order of the pipeline
};

// Whether one of them shapes what samplers draw.
bool shape_steps(const std::vector<MadeNoise>& noises);

// `source`, or null where it is null, with each draw shaped by the noises that `noises` then gives for
// it.
std::unique_ptr<NoiseSource> shaped_by(std::function<NoisesOfRun&(const RunTensor&)> noises,
                                       std::unique_ptr<NoiseSource> source);

}  // namespace ksampler

#endif
