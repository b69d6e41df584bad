// Microseconds a step of every sampler that the built plugins have, with a model that costs nothing,
// beside the memory that its fused sums must move.
#include "bench/memory_floor.hpp"
#include "bench/register.hpp"
#include "bench/shapes.hpp"
#include "host/plugin/registry.hpp"
#include "host/sampling/abi_run.hpp"

#include <ATen/Functions.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace ksampler::bench {
namespace {

constexpr int kSteps = 20;

// Karras et al. 2022 (rho = 7), over the noise levels of SD1, down to 0; float32 values.
std::vector<double> karras() {
  const double low = std::pow(0.0291675, 1 / 7.0), high = std::pow(14.614642, 1 / 7.0);
  std::vector<double> sigmas;
  for (int i = 0; i < kSteps; ++i) {
    sigmas.push_back(static_cast<float>(std::pow(high + i / (kSteps - 1.0) * (low - high), 7)));
  }
  sigmas.push_back(0.0);
  return sigmas;
}

// The model that costs nothing: what it predicts is what lies there, put there when the tensor was new.
class FreeModel {
 public:
  void operator()(at::Tensor& denoised) {
    if (seen_.insert(denoised.data_ptr()).second) denoised.fill_(0.5);
  }

 private:
  std::set<const void*> seen_;
};

void sampler(benchmark::State& state, const Registry& registry, const std::string& name,
             const Shape& shape) {
  const c10::InferenceMode inference;
  const SamplerDescription& traits = *registry.sampler(name).sampler;
  const ModelSampling sampling = ModelSampling::named("eps");
  const std::vector<double> sigmas = karras();
  const auto instance = registry.make_sampler(name, {});
  at::Tensor x = at::empty(shape, at::kFloat);
  const at::Tensor start = at::randn(shape).mul_(sigmas.front());
  std::uint64_t bytes = 0;
  double seconds = 0;
  for (auto _ : state) {
    state.PauseTiming();
    x.copy_(start);
    auto noise = make_noise_source(traits.noise, x, {.seed = 1}, sigmas,
                                   std::move(initial_noise({1, 4, 2, 2}, {.seed = 1}).generators));
    FreeModel model;
    AbiRunSettings settings;
    settings.sigmas = sigmas;
    settings.sampling = &sampling;
    settings.allow_split = traits.unconditional;
    settings.noise = noise.get();
    settings.sampler_name = name;
    settings.denoise = [&](const at::Tensor&, double, at::Tensor& denoised, at::Tensor* unconditional) {
      model(denoised);
      if (unconditional != nullptr) model(*unconditional);
    };
    state.ResumeTiming();
    const double begin = thread_seconds();
    bytes = run_sampler(instance.get(), settings, x).lincomb_bytes;
    seconds += thread_seconds() - begin;
  }
  const double runs = static_cast<double>(state.iterations());
  const double floor = kSteps == 0 ? 0 : memory_floor(bytes / kSteps);
  state.counters["step_us"] = seconds / runs / kSteps * 1e6;
  state.counters["floor_us"] = floor * 1e6;
  state.counters["times_floor"] = floor > 0 ? seconds / runs / kSteps / floor : 0;
}

}  // namespace

void register_samplers() {
  static const Registry registry({KSAMPLER_BENCH_PLUGINS});
  for (const Manifest& manifest : registry.plugins()) {
    for (const SamplerDescription& description : manifest.plugin.samplers) {
      for (const Shape& shape : kShapes) {
        benchmark::RegisterBenchmark(("sampler/" + description.id + "/" + text(shape)).c_str(),
                                     [&description, shape](benchmark::State& state) {
                                       sampler(state, registry, description.id, shape);
                                     })
            ->Unit(benchmark::kMicrosecond)
            ->UseRealTime();
      }
    }
  }
}

}  // namespace ksampler::bench
