// Formulas for each element, beside the memory that they must move; and a prediction guided by each
// guider that ships, with its defaults.
#include "bench/memory_floor.hpp"
#include "bench/register.hpp"
#include "bench/shapes.hpp"
#include "host/plugin/registry.hpp"
#include "host/sampling/guider_chain.hpp"
#include "host/tensor/formula.hpp"

#include <ATen/Functions.h>

#include <chrono>
#include <string>
#include <vector>

namespace ksampler::bench {
namespace {

constexpr ks_op term(std::uint32_t k) { return {KS_OP_TERM, k}; }
constexpr ks_op number(std::uint32_t k) { return {KS_OP_NUMBER, k}; }
constexpr ks_op apply(std::uint32_t op) { return {op, 0}; }

struct Formula {
  const char* name;
  std::vector<ks_op> ops;
  std::vector<double> numbers;
  std::size_t terms;
};

const std::vector<Formula>& formulas() {
  static const std::vector<Formula> all = {
      {"guidance",
       {term(1), number(0), term(0), term(1), apply(KS_OP_SUBTRACT), apply(KS_OP_MULTIPLY),
        apply(KS_OP_ADD)},
       {7.5},
       2},
      {"clamp",
       {term(0), number(0), apply(KS_OP_MAXIMUM), number(1), apply(KS_OP_MINIMUM), number(2),
        apply(KS_OP_MULTIPLY)},
       {-1.0, 1.0, 0.5},
       1},
      {"three_products",
       {term(0), term(1), apply(KS_OP_MULTIPLY), term(1), term(2), apply(KS_OP_MULTIPLY),
        apply(KS_OP_ADD), term(2), term(0), apply(KS_OP_MULTIPLY), apply(KS_OP_ADD)},
       {},
       3},
      {"signed_root",
       {term(0), apply(KS_OP_SIGN), term(0), apply(KS_OP_ABS), apply(KS_OP_SQRT),
        apply(KS_OP_MULTIPLY)},
       {},
       1},
  };
  return all;
}

void formula(benchmark::State& state, const Shape& shape, const Formula& one) {
  const LatentShape latent{shape[0], shape[1], shape[2], shape[3]};
  std::vector<at::Tensor> tensors;
  for (std::size_t k = 0; k < one.terms; ++k) tensors.push_back(at::full(shape, 0.5));
  std::vector<ShapedTensor> terms;
  for (const at::Tensor& tensor : tensors) terms.push_back({&tensor, KS_SHAPE_LATENT});
  const at::Tensor out = at::zeros(shape);
  const double begin = thread_seconds();
  for (auto _ : state) {
    map(latent, {&out, KS_SHAPE_LATENT}, {one.ops, one.numbers, terms});
    benchmark::ClobberMemory();
  }
  report_floor(state, (one.terms + 1) * static_cast<std::size_t>(out.nbytes()),
               thread_seconds() - begin);
}

const Registry& plugins() {
  static const Registry registry({KSAMPLER_BENCH_PLUGINS});
  return registry;
}

void guided(benchmark::State& state, const Shape& shape, const GuiderDescription& guider) {
  static const ModelSampling sampling = ModelSampling::named("eps");
  const std::vector<double> sigmas = {14.5, 5.0, 1.7, 0.4, 0.0};
  AbiRunSettings run;
  run.sigmas = sigmas;
  run.model = sampling.abi();
  ModelGuider chosen{guider.id, {}};
  if (guider.needs_empty) chosen.empty = {Conditioning{}};
  if (guider.needs_second) chosen.second = {Conditioning{}};
  at::Tensor x = at::ones(shape), positive = at::full(shape, 0.5), negative = at::full(shape, 0.4),
             other = at::full(shape, 0.3), denoised = at::zeros(shape);
  const auto if_needed = [&](bool is_needed) { return is_needed ? &other : nullptr; };
  GuiderChain chain(make_guiders(plugins(), {chosen}), 7.5, run, x);
  for (auto _ : state) {
    chain.guide({&x, &positive, &negative, if_needed(guider.needs_empty),
                 if_needed(guider.needs_perturbed), if_needed(guider.needs_second)},
                1.7, denoised);
    benchmark::ClobberMemory();
  }
  state.counters["waits"] = static_cast<double>(chain.waits());
}

}  // namespace

void register_formulas() {
  for (const Shape& shape : kShapes) {
    for (const Formula& one : formulas()) {
      const std::string name = "formula/" + text(shape) + "/" + one.name;
      benchmark::RegisterBenchmark(name.c_str(), formula, shape, one)
          ->Unit(benchmark::kMicrosecond)
          ->UseRealTime();
    }
  }
  for (const Manifest& plugin : plugins().plugins()) {
    for (const GuiderDescription& guider : plugin.plugin.guiders) {
      const std::string name = "guider/" + text(kShapes[2]) + "/" + guider.id;
      benchmark::RegisterBenchmark(name.c_str(), guided, kShapes[2], guider)
          ->Unit(benchmark::kMicrosecond)
          ->UseRealTime();
    }
  }
}

}  // namespace ksampler::bench
