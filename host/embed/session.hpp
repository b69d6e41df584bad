// ks_session: a run whose model is the caller, asked question by question.
#ifndef KSAMPLER_EMBED_SESSION_HPP
#define KSAMPLER_EMBED_SESSION_HPP

#include "host/cuda/queue.hpp"
#include "host/embed/fiber.hpp"
#include "host/session/abi_run.hpp"
#include "host/session/guiders_of_run.hpp"
#include "host/session/inside_sampler.hpp"
#include "host/session/noise_source.hpp"
#include "host/session/noises_of_run.hpp"

#include <ks/host.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler::embed {

// What a run has for latents of one height and width.
class SizedStage;

class Session {
 public:
  // Throws Error, BadArgument.
  Session(const Registry& registry, const ks_session_settings& settings);
  // Lets the sampler end first, where it is in the middle.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // To the next question. Throws what the run fails with; Stopped.
  void next(ks_want& want);
  // The answer to the question that was asked last is a failure.
  void fail(ks_status status, const char* message);

 private:
  friend class SizedStage;
  class Asked;  // noise that the caller draws

  void run();
  void run_inside(const RunTensor& x, std::span<const double> sigmas, std::uint32_t step,
                  std::uint32_t steps);
  // In the fiber: leaves it with this question.
  void ask(const ks_want& want);
  void predict(const RunTensor& x, double sigma, const RunTensor& denoised,
               const RunTensor* unconditional);
  void report(const RunStep& step);
  std::unique_ptr<NoiseSource> source_for(NoiseKind kind, const RunTensor& x,
                                          const NoiseSettings& noise, std::span<const double> sigmas,
                                          double clip_std);
  AbiRunSettings settings_for(const SamplerDescription& sampler, const std::string& plugin,
                              std::span<const double> sigmas, NoiseSource* source) const;
  SizedStage& stage(std::int64_t height, std::int64_t width);
  std::unique_ptr<Memory> memory_for(std::int64_t height, std::int64_t width) const;

  ks_session_settings settings_;
  std::optional<ks_space> space_;
  std::unique_ptr<cuda::Queue> queue_;  // null: not on a CUDA device
  LatentShape shape_;
  std::vector<double> sigmas_;
  std::string family_;
  NoiseSettings noise_;
  Chosen chosen_;
  SamplerDescription description_;
  std::shared_ptr<SamplerInstance> sampler_;
  std::optional<InsideSampler> inside_;
  std::vector<MadeGuider> guiders_;
  std::vector<MadeNoise> noises_;
  std::unique_ptr<SizedStage> stage_;
  std::size_t inside_runs_ = 0;

  std::atomic<bool> stop_{false};
  ks_want want_{};
  ks_status answer_ = KS_OK;
  std::string answer_message_;
  std::exception_ptr failure_;
  std::unique_ptr<Fiber> fiber_;  // last: its body uses the rest
};

}  // namespace ksampler::embed

#endif
