// Noise: a draw of normals, ours and LibTorch's, and a step of the Brownian tree.
#include "bench/memory_floor.hpp"
#include "bench/register.hpp"
#include "bench/shapes.hpp"
#include "host/plain/brownian.hpp"
#include "host/plain/generator.hpp"
#include "host/tensor/raw.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <string>
#include <thread>
#include <vector>

namespace ksampler::bench {
namespace {

void normals(benchmark::State& state, const Shape& shape, bool from_libtorch) {
  at::Generator theirs = at::detail::createCPUGenerator(1);
  Generator ours(1);
  at::Tensor out = at::empty(shape, at::kFloat);
  for (auto _ : state) {
    if (from_libtorch) {
      out.normal_(0, 1, theirs);
    } else {
      ours.normals(out.mutable_data_ptr<float>(), static_cast<std::size_t>(out.numel()));
    }
    benchmark::ClobberMemory();
  }
}

// Karras et al. 2022 (rho = 7), over the noise levels of SD1.
std::vector<double> karras(int steps) {
  const double low = std::pow(0.0291675, 1 / 7.0), high = std::pow(14.614642, 1 / 7.0);
  std::vector<double> sigmas;
  for (int i = 0; i < steps; ++i)
    sigmas.push_back(std::pow(high + i / (steps - 1.0) * (low - high), 7));
  return sigmas;
}

// A whole path of 20 levels an iteration; `time_per_step` is what a sampler waits in each of its steps.
// With `model_ms`, a model runs meanwhile and the next step is drawn ahead.
void brownian(benchmark::State& state, const Shape& shape, int model_ms) {
  const std::vector<double> sigmas = karras(20);
  at::Tensor out = at::empty(shape, at::kFloat);
  std::chrono::duration<double> waited{};
  for (auto _ : state) {
    state.PauseTiming();
    BrownianTree tree(static_cast<std::size_t>(out.numel()), sigmas.back(), sigmas.front(), 1,
                      libtorch_threads());
    state.ResumeTiming();
    for (std::size_t i = 0; i + 1 < sigmas.size(); ++i) {
      if (model_ms > 0) {
        tree.prefetch(sigmas[i], sigmas[i + 1]);
        std::this_thread::sleep_for(std::chrono::milliseconds(model_ms));
      }
      const auto begin = std::chrono::steady_clock::now();
      tree.increment_into(out.mutable_data_ptr<float>(), sigmas[i], sigmas[i + 1]);
      waited += std::chrono::steady_clock::now() - begin;
    }
  }
  const double steps = static_cast<double>(state.iterations()) * static_cast<double>(sigmas.size() - 1);
  state.counters["step_us"] = waited.count() * 1e6 / steps;
}

}  // namespace

void register_noise() {
  for (const Shape& shape : kShapes) {
    const auto add = [&](const std::string& name, auto function, auto argument) {
      benchmark::RegisterBenchmark((name + "/" + text(shape)).c_str(), function, shape, argument)
          ->Unit(benchmark::kMicrosecond)
          ->UseRealTime();
    };
    add("normals", normals, false);
    add("normals_libtorch", normals, true);
    add("brownian_path", brownian, 0);
    add("brownian_path_ahead_of_30ms_model", brownian, 30);
  }
}

}  // namespace ksampler::bench
