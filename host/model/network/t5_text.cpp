#include "host/model/network/t5_text.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/log.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

constexpr double kT5Eps = 1e-6;
constexpr double kFarthest = 128.0;  // all farther tokens are in one bucket
constexpr const char* kFirstQ = "encoder.block.0.layer.0.SelfAttention.q.weight";
constexpr const char* kDistances = "layer.0.SelfAttention.relative_attention_bias.weight";

// The bucket of each pair's distance, [T,T]: a half of them for tokens before, a half for those behind;
// of a half, the first half is exact, and the other grows by logarithm (Raffel et al. 2020,
// section 2.1).
at::Tensor buckets_of(std::int64_t count, std::int64_t buckets, at::Device device) {
  const at::Tensor places = at::arange(count, at::TensorOptions(at::kLong).device(device));
  const at::Tensor distance = places.unsqueeze(0) - places.unsqueeze(1);
  const std::int64_t half = buckets / 2;
  const std::int64_t exact = half / 2;
  const at::Tensor far = distance.abs();
  const double scale =
      static_cast<double>(half - exact) / std::log(kFarthest / static_cast<double>(exact));
  const at::Tensor grown =
      (at::log(far.to(at::kFloat) / static_cast<double>(exact)) * scale).to(at::kLong) + exact;
  const at::Tensor of_far = at::minimum(grown, at::full_like(grown, half - 1));
  return at::where(far < exact, far, of_far) + (distance > 0).to(at::kLong) * half;
}

at::Tensor load_t5_table(const Weights& weights) {
  const std::string name =
      weights.has("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight";
  return load_token_table(weights, name);
}

}  // namespace

T5Text::T5Text(const Weights& weights) : file_(weights.file()), table_(load_t5_table(weights)) {
  width_ = table_.size(1);
  const std::string first = std::string("encoder.block.0.") + kDistances;
  heads_ = matrix_sizes(weights, first).second;
  const std::int64_t inner = matrix_sizes(weights, kFirstQ).first;
  if (inner % heads_ != 0) {
    throw Error({weights.file()->file().string()},
                sentence("the text encoder's attention is {} wide; expected a multiple of its {} heads",
                         inner, heads_));
  }
  for (std::int64_t i = 0; i < count_of(weights, "encoder.block."); ++i) {
    layers_.push_back(load_layer(weights.within("encoder.block." + std::to_string(i) + "."), inner));
  }
  final_norm_ = load_rms_norm(weights, "encoder.final_layer_norm.weight", width_, kT5Eps);
  for (const char* rest : {"encoder.embed_tokens.", "shared.", "decoder.", "lm_head."}) {
    weights.pass_over(rest);
  }
  bytes_ = weights.stored_bytes();
}

T5Text::Layer T5Text::load_layer(const Weights& weights, std::int64_t inner) const {
  const std::string attention = "layer.0.SelfAttention.";
  const std::string feed = "layer.1.DenseReluDense.";
  const bool gated = weights.has(feed + "wi_0.weight");
  const std::string in = feed + (gated ? "wi_0" : "wi");
  const std::int64_t hidden = matrix_sizes(weights, in + ".weight").first;
  Layer layer{.attention_norm = load_rms_norm(weights, "layer.0.layer_norm.weight", width_, kT5Eps),
              .feed_norm = load_rms_norm(weights, "layer.1.layer_norm.weight", width_, kT5Eps),
              .q = load_stored_linear(weights, attention + "q", width_, inner, /*bias=*/false),
              .k = load_stored_linear(weights, attention + "k", width_, inner, /*bias=*/false),
              .v = load_stored_linear(weights, attention + "v", width_, inner, /*bias=*/false),
              .o = load_stored_linear(weights, attention + "o", inner, width_, /*bias=*/false),
              .in = load_stored_linear(weights, in, width_, hidden, /*bias=*/false),
              .out = load_stored_linear(weights, feed + "wo", hidden, width_, /*bias=*/false)};
  if (gated) layer.gate = load_stored_linear(weights, feed + "wi_1", width_, hidden, /*bias=*/false);
  if (weights.has(kDistances)) {
    layer.distances = weights.as(at::kFloat).get(kDistances, {kAnySize, heads_});
    const std::int64_t buckets = layer.distances.size(0);
    if (buckets < 4 || buckets % 4 != 0) {
      throw Error({weights.file()->file().string()},
                  sentence("tensor '{}{}' knows {} distances; expected a multiple of 4",
                           weights.prefix(), kDistances, buckets));
    }
  }
  return layer;
}

at::Tensor T5Text::run(const Layer& layer, const at::Tensor& x, const at::Tensor& bias) const {
  const at::Tensor normed = layer.attention_norm(x);
  const auto split = [&](const Linear& linear) { return heads_of(linear(normed), 1, heads_)[0]; };
  const at::Tensor mixed =
      at::scaled_dot_product_attention(split(layer.q), split(layer.k), split(layer.v), bias, 0.0,
                                       /*is_causal=*/false, /*scale=*/1.0);
  const at::Tensor y = x + layer.o(joined_heads(mixed));
  const at::Tensor h = layer.feed_norm(y);
  const at::Tensor inner = layer.in(h);
  return y + layer.out(layer.gate ? at::gelu(inner, "tanh") * (*layer.gate)(h) : at::relu(inner));
}

at::Tensor T5Text::operator()(const at::Tensor& tokens, std::int64_t last) const {
  at::Tensor x = at::embedding(table_, tokens).to(at::kFloat);
  at::Tensor bias;
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(layers() + 1 + last, 1));
  for (std::size_t i = 0; i < count; ++i) {
    const Layer& layer = layers_[i];
    if (layer.distances.defined()) {
      const at::Tensor buckets = buckets_of(tokens.size(1), layer.distances.size(0), device());
      bias = at::embedding(layer.distances, buckets).permute({2, 0, 1}).unsqueeze(0).contiguous();
    }
    x = run(layer, x, bias);
  }
  const at::Tensor normed = final_norm_(x);
  file_->check_unchanged();
  return normed;
}

}  // namespace ksampler
