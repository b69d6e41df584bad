// One sampling run from latent to latent: noise put in at the first sigma, a plugin's sampler around
// the guided model, the kept region of an inpaint held in place, the last sigma's scaling undone.
#ifndef KSAMPLER_SAMPLING_SAMPLE_HPP
#define KSAMPLER_SAMPLING_SAMPLE_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/sampling/guidance.hpp"
#include "host/sampling/guider_chain.hpp"
#include "host/sampling/latent.hpp"
#include "host/sampling/noise_chain.hpp"
#include "host/session/inside_sampler.hpp"
#include "host/session/noise_source.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

struct StepReport {
  std::uint32_t index;  // from 0
  std::uint32_t steps;
  double sigma;
  const at::Tensor& x;
  const at::Tensor& denoised;  // undefined: nothing was, in a step of no length
};

struct SampleSettings {
  std::shared_ptr<const Denoiser> model;
  Guidance guidance;
  std::vector<ModelGuiderMade> guiders =
      {};  // of the model: with them, `guidance` is a positive and perhaps a negative list
  std::vector<MadeNoise> noises = {};  // of the model
  std::vector<double> sigmas;  // float32 values, not rising; fewer than 2: the latent as it came
  Latent latent;
  NoiseSettings noise;
  bool add_noise = true;  // false: the latent is noisy already
  bool keep_denoised = false;
  std::optional<double> differential = {};  // see Model
  std::string family = {};                  // of the model
  double noise_clip_std = 0.0;              // of the noise drawn during the run; see NoiseShape
  std::function<void(const StepReport&)> step = [](const StepReport&) {};
  const std::atomic<bool>* stop = nullptr;
  std::string plugin = {};                   // that the sampler is of, where it runs in this process
  std::optional<InsideSampler> inside = {};  // the sampler that this one runs, of one that does
};

struct Sampled {
  at::Tensor samples;        // float32, on the CPU
  at::Tensor denoised = {};  // the model's last prediction, where it was to be kept
  std::uint64_t model_calls = 0;
  RunCounts counts = {};
  // The run ended at sigma 0, and the latent is the one that it began with, but for its scale: no noise
  // was taken out.
  bool nothing_done = false;
};

// What a user is told of such a run.
std::string nothing_done_notice(const std::string& sampler);

// Throws Error where latent and model do not fit, and what the sampler or the model throws; Stopped.
Sampled sample(const SampleSettings& settings, const SamplerDescription& description,
               ks_sampler* sampler);

}  // namespace ksampler

#endif
