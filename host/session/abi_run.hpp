// A run as a plugin sees it: the host's side of ks/run.h. Every call of the plugin comes back here, and
// the host counts, cancels and reports. No exception leaves through it.
#ifndef KSAMPLER_SESSION_ABI_RUN_HPP
#define KSAMPLER_SESSION_ABI_RUN_HPP

#include "host/plugin/library.hpp"
#include "host/session/noise_source.hpp"
#include "host/session/space.hpp"

#include <ks/run.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// D(x, sigma) for the run: guided, masked. The second is null where only `denoised` is asked for.
using DenoiseFunction = std::function<void(const RunTensor& x, double sigma, const RunTensor& denoised,
                                           const RunTensor* unconditional)>;

struct RunStep {
  std::uint32_t index;  // from 0
  std::uint32_t steps;
  double sigma;
  const RunTensor& x;
  const RunTensor* denoised;  // null: nothing was, in a step of no length
};

// Takes x, of any height and width, from the first of `sigmas` to the last by the sampler inside of the
// run's, reported as the `steps` steps of the run from `step` on.
using InsideFunction = std::function<void(const RunTensor& x, std::span<const double> sigmas,
                                          std::uint32_t step, std::uint32_t steps)>;

// Whose the run is, and so what it may ask: guiders and noise sources ask the model for nothing and
// report no step, and guiders draw no noise.
enum class Asker { sampler, guider, noise };

struct AbiRunSettings {
  std::span<const double> sigmas;  // float32 values; at least 2
  const ks_model_sampling* model = nullptr;
  DenoiseFunction denoise;
  InsideFunction inside = {};  // empty: the sampler runs no other
  bool allow_split = false;
  NoiseSource* noise = nullptr;  // null: the sampler declared none
  std::function<void(const RunStep&)> step = [](const RunStep&) {};
  const std::atomic<bool>* stop = nullptr;
  std::string sampler_name;  // for messages
  std::string plugin = {};   // likewise, of a sampler that runs in this process
  double cfg = 0;            // see ks_task
  std::string family = {};   // likewise
  Asker asker = Asker::sampler;
};

// What a run did, for tests and benchmarks.
struct RunCounts {
  std::uint64_t allocations = 0;                   // of tensors, in all
  std::uint64_t allocations_after_first_step = 0;  // 0 in a sampler that is well written
  std::uint64_t waits = 0;  // norms, which wait for the device: 0 but in adaptive samplers
  std::uint64_t lincombs = 0;
  std::uint64_t lincomb_bytes = 0;  // read and written
};

// Runs `sampler` on `x`, a tensor like those of `space`, in place. Throws Error with the plugin's
// message, or Stopped, or what the model threw.
RunCounts run_sampler(ks_sampler* sampler, const AbiRunSettings& settings, Space& space,
                      const RunTensor& x);

}  // namespace ksampler

#endif
