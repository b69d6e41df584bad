// One fused sum of n terms at a time, through the handles that a plugin uses.
#include "bench/memory_floor.hpp"
#include "bench/register.hpp"
#include "bench/shapes.hpp"
#include "host/tensor/space.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <chrono>
#include <string>
#include <vector>

namespace ksampler::bench {
namespace {

void lincomb(benchmark::State& state, const Shape& shape, at::ScalarType type, std::size_t count) {
  TensorSpace space(at::empty(shape, type));
  std::vector<ks_tensor*> terms;
  std::vector<double> coefficients;
  for (std::size_t k = 0; k < count; ++k) {
    terms.push_back(space.create());
    space.find(terms.back())->fill_(0.5);
    coefficients.push_back(1.0 / static_cast<double>(k + 2));
  }
  ks_tensor* const out = space.create();
  space.find(out)->fill_(0.0);
  std::string error;
  const bool alone = at::get_num_threads() == 1;
  const auto now = [alone] {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now().time_since_epoch();
    return alone ? thread_seconds() : wall.count();
  };
  const double begin = now();
  for (auto _ : state) {
    if (space.lincomb(out, coefficients, terms, error) != KS_OK) state.SkipWithError(error.c_str());
    benchmark::ClobberMemory();
  }
  const double seconds = now() - begin;
  report_floor(state, space.lincomb_bytes() / space.lincomb_count(), seconds);
}

}  // namespace

void register_lincomb() {
  for (const Shape& shape : kShapes) {
    for (std::size_t count = 1; count <= 6; ++count) {
      const std::string name = "lincomb/" + text(shape) + "/terms:" + std::to_string(count);
      benchmark::RegisterBenchmark(name.c_str(), lincomb, shape, at::kFloat, count)
          ->Unit(benchmark::kMicrosecond)
          ->UseRealTime();
    }
  }
  for (const auto& [type, type_name] : {std::pair{at::kHalf, "float16"}, {at::kBFloat16, "bfloat16"}}) {
    const std::string name = "lincomb/" + text(kShapes[2]) + "/" + type_name + "/terms:3";
    benchmark::RegisterBenchmark(name.c_str(), lincomb, kShapes[2], type, 3)
        ->Unit(benchmark::kMicrosecond)
        ->UseRealTime();
  }
  // What a call costs by itself.
  benchmark::RegisterBenchmark("lincomb/1x1x1x8/terms:3", lincomb, Shape{1, 1, 1, 8}, at::kFloat, 3)
      ->Unit(benchmark::kNanosecond);
}

}  // namespace ksampler::bench
