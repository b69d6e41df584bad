// Microseconds a step of every sampler that the built plugins have: the whole of KSampler around a
// model that costs nothing, guidance (cfg 8) and noise included, from the model's first call to the
// end.
//   sampler/...   the model takes no time, so that a step waits for its noise
//   behind/...    the model takes 20 ms of another processor, as on a GPU: what a step takes besides
//   isolated/...  the plugin in a process of its own, and the model takes 10 ms; together/...: in this
//   one
#include "bench/memory_floor.hpp"
#include "bench/register.hpp"
#include "bench/shapes.hpp"
#include "host/plugin/registry.hpp"
#include "host/sampling/ksampler.hpp"

#include <ATen/Functions.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace ksampler::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kSteps = 20;

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

// What it predicts is what lies there, put there when the tensor was new.
class FreeDenoiser final : public Denoiser {
 public:
  explicit FreeDenoiser(std::chrono::milliseconds duration) : duration_(duration) {}

  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return at::kCPU; }
  void check_shape(at::IntArrayRef) const override {}

  void denoise(std::span<const DenoiseRequest> requests, double) const override {
    const Clock::time_point begin = Clock::now();
    if (seen_.empty()) {
      first_call_ = begin;
      thread_begin_ = thread_seconds();
    }
    for (const DenoiseRequest& request : requests) {
      if (seen_.insert(request.denoised->data_ptr()).second) request.denoised->fill_(0.5);
    }
    if (duration_.count() != 0) std::this_thread::sleep_for(duration_);
    within_ += Clock::now() - begin;
  }

  double seconds_besides() const { return seconds(Clock::now() - first_call_ - within_); }
  double thread_seconds_since() const { return thread_seconds() - thread_begin_; }

 private:
  std::chrono::milliseconds duration_;
  ModelSampling sampling_ = ModelSampling::named("eps");
  LatentFormat latents_;
  mutable std::set<const void*> seen_;
  mutable Clock::time_point first_call_;
  mutable Clock::duration within_{};
  mutable double thread_begin_ = 0;
};

// `name`: a sampler, or a sampler and a guider: "euler+apg".
void sampler(benchmark::State& state, const Registry& registry, const std::string& name,
             const Shape& shape, std::chrono::milliseconds model_takes) {
  const c10::InferenceMode inference;
  KSamplerSettings settings;
  settings.positive = {Conditioning{.label = 0}};
  settings.negative = {Conditioning{.label = 1}};
  settings.latent.samples = at::zeros(shape);
  settings.steps = kSteps;
  const std::size_t plus = name.find('+');
  settings.sampler.name = name.substr(0, plus);
  if (plus != std::string::npos) settings.guiders = {{name.substr(plus + 1), {}}};
  settings.scheduler.name = "karras";
  std::uint64_t bytes = 0;
  double wall = 0, thread = 0;
  for (auto _ : state) {
    const auto model = std::make_shared<FreeDenoiser>(model_takes);
    settings.model = model;
    bytes = ksample(settings, registry).counts.lincomb_bytes;
    wall += model->seconds_besides();
    thread += model->thread_seconds_since();
  }
  const double steps = static_cast<double>(state.iterations()) * kSteps;
  state.counters["step_us"] = wall / steps * 1e6;
  if (model_takes.count() != 0) return;
  const double floor = memory_floor(bytes / kSteps);
  state.counters["floor_us"] = floor * 1e6;
  state.counters["times_floor"] = floor > 0 ? thread / steps / floor : 0;
}

void add(const std::string& kind, const Registry& registry, const std::string& id, const Shape& shape,
         std::chrono::milliseconds model_takes) {
  benchmark::RegisterBenchmark((kind + "/" + id + "/" + text(shape)).c_str(),
                               [&registry, id, shape, model_takes](benchmark::State& state) {
                                 sampler(state, registry, id, shape, model_takes);
                               })
      ->Unit(benchmark::kMicrosecond)
      ->UseRealTime();
}

}  // namespace

void register_samplers() {
  static const Registry registry({KSAMPLER_BENCH_PLUGINS});
  static const Registry isolated({KSAMPLER_BENCH_PLUGINS}, {},
                                 {.wanted = [](const Manifest&) { return true; }});
  for (const std::string id : {"euler", "dpmpp_2m", "res_3s", "restart", "euler+apg"}) {
    add("together", registry, id, kShapes.front(), std::chrono::milliseconds(10));
    add("isolated", isolated, id, kShapes.front(), std::chrono::milliseconds(10));
  }
  for (const Manifest& manifest : registry.plugins()) {
    for (const SamplerDescription& description : manifest.plugin.samplers) {
      for (const Shape& shape : kShapes) add("sampler", registry, description.id, shape, {});
      if (description.noise == NoiseKind::none) continue;
      add("behind", registry, description.id, kShapes.back(), std::chrono::milliseconds(20));
    }
  }
}

}  // namespace ksampler::bench
