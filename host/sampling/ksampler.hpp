// What ComfyUI's KSampler and KSamplerAdvanced nodes do with their inputs: which sigmas, which part of
// them, which noise.
#ifndef KSAMPLER_SAMPLING_KSAMPLER_HPP
#define KSAMPLER_SAMPLING_KSAMPLER_HPP

#include "host/plugin/registry.hpp"
#include "host/sampling/sample.hpp"

#include <cstdint>
#include <optional>

namespace ksampler {

struct KSamplerSettings {
  std::shared_ptr<const Denoiser> model;
  std::optional<double> differential = {};  // see Model
  std::string family = {};                  // of the model
  std::vector<ModelGuider> guiders = {};    // likewise
  std::vector<ModelNoise> noises = {};      // likewise
  ConditioningList positive;
  ConditioningList negative;
  Latent latent;
  std::uint64_t seed = 0;
  std::uint32_t steps = 20;
  double cfg = 8.0;
  Chosen sampler;
  Chosen scheduler;
  double denoise = 1.0;
  NoiseProfile profile = NoiseProfile::comfy;
  // KSamplerAdvanced
  bool add_noise = true;
  std::uint32_t start_at_step = 0;
  std::optional<std::uint32_t> end_at_step;
  bool force_full_denoise = false;  // the last sigma of a run that ends early becomes 0
  std::function<void(const StepReport&)> step = [](const StepReport&) {};
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const std::string&)> warning = [](const std::string&) {};  // for the user
};

// Throws Error, Stopped.
Sampled ksample(const KSamplerSettings& settings, const Registry& registry);

// The sigmas from step `start` to step `end` of a schedule; fewer than two where nothing is to be done.
std::vector<double> sigmas_between(std::vector<double> sigmas, std::uint32_t start,
                                   std::optional<std::uint32_t> end, bool force_full_denoise);

}  // namespace ksampler

#endif
