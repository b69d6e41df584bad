#include "host/model/network/chroma_approximator.hpp"

#include "host/model/network/flux_norms.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>

namespace ksampler {
namespace {

constexpr const char* kApproximator = "distilled_guidance_layer.";
constexpr double kApproximatorFactor = 1000.0;  // all three are embedded as if they went to 1000

}  // namespace

bool ChromaApproximator::is_in(const Weights& weights) {
  return weights.has(std::string(kApproximator) + "in_proj.weight");
}

ChromaApproximator::ChromaApproximator(const Weights& weights, std::int64_t width)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const Weights inner = weights.within(kApproximator);
  const auto [hidden, in] = matrix_sizes(inner, "in_proj.weight");
  in_width_ = in / 8 * 8;  // two quarters and a half, each of sines and cosines
  in_ = load_stored_linear(inner, "in_proj", in_width_, hidden);
  for (std::int64_t i = 0; i < count_of(inner, "layers."); ++i) {
    const std::string name = "layers." + std::to_string(i);
    layers_.push_back({.norm = load_flux_norm(inner, "norms." + std::to_string(i), hidden),
                       .mlp = {.in = load_stored_linear(inner, name + ".in_layer", hidden, hidden),
                               .out = load_stored_linear(inner, name + ".out_layer", hidden, hidden)}});
  }
  out_ = load_stored_linear(inner, "out_proj", hidden, width);
}

at::Tensor ChromaApproximator::operator()(const at::Tensor& t, const at::Tensor& guidance,
                                          std::int64_t count) const {
  const auto embedded = [](const at::Tensor& number, std::int64_t width) {
    return sinusoidal_embedding(number * kApproximatorFactor, width);
  };
  const std::int64_t batch = t.size(0);
  const at::Tensor which = embedded(at::arange(count, t.options()), in_width_ / 2);
  const at::Tensor told =
      at::cat({embedded(t, in_width_ / 4), embedded(guidance, in_width_ / 4)}, 1).unsqueeze(1);
  at::Tensor x =
      in_(at::cat({told.expand({-1, count, -1}), which.unsqueeze(0).expand({batch, -1, -1})}, 2)
              .to(options_));
  for (const Layer& layer : layers_) x = x + layer.mlp(layer.norm(x));
  return out_(x);
}

}  // namespace ksampler
