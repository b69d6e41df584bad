#include "host/model/network/layers.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>

#include <cmath>

namespace ksampler {
namespace {

constexpr std::int64_t kGroups = 32;

}  // namespace

at::Tensor channels_last(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

at::Tensor Conv::operator()(const at::Tensor& x) const {
  return at::conv2d(x, weight, bias, stride, padding);
}

Conv load_conv(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
               std::int64_t size, std::int64_t stride) {
  return {.weight = weights.get(name + ".weight", {out, in, size, size}),
          .bias = weights.get(name + ".bias", {out}),
          .stride = stride,
          .padding = size / 2};
}

at::Tensor Linear::operator()(const at::Tensor& x) const { return at::linear(x, weight, bias); }

Linear load_linear(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                   bool bias) {
  return {.weight = weights.get(name + ".weight", {out, in}),
          .bias = bias ? weights.get(name + ".bias", {out}) : at::Tensor()};
}

Linear load_pointwise(const Weights& weights, const std::string& name, std::int64_t in,
                      std::int64_t out) {
  if (weights.shape(name + ".weight").size() != 4) return load_linear(weights, name, in, out);
  return {.weight = weights.get(name + ".weight", {out, in, 1, 1}).view({out, in}),
          .bias = weights.get(name + ".bias", {out})};
}

at::Tensor GroupNorm::operator()(const at::Tensor& x) const {
  return at::group_norm(x, kGroups, weight, bias, eps);
}

at::Tensor silu_norm(const GroupNorm& norm, const at::Tensor& x) {
  at::Tensor h = norm(x);
  return at::silu_(h);
}

GroupNorm load_group_norm(const Weights& weights, const std::string& name, std::int64_t channels,
                          double eps) {
  if (channels % kGroups != 0) {
    throw Error({weights.file()->file().string()},
                sentence("'{}{}' normalises {} channels; expected a multiple of {}, the groups that "
                         "these networks have",
                         weights.prefix(), name, channels, kGroups));
  }
  return {.weight = weights.get(name + ".weight", {channels}),
          .bias = weights.get(name + ".bias", {channels}),
          .eps = eps};
}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, weight.sizes(), weight, bias);
}

LayerNorm load_layer_norm(const Weights& weights, const std::string& name, std::int64_t width) {
  return {.weight = weights.get(name + ".weight", {width}),
          .bias = weights.get(name + ".bias", {width})};
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     std::int64_t heads) {
  const std::int64_t width = q.size(2) / heads;
  const auto split = [&](const at::Tensor& tokens) {
    return tokens.view({tokens.size(0), tokens.size(1), heads, width}).transpose(1, 2);
  };
  const at::Tensor mixed = at::scaled_dot_product_attention(split(q), split(k), split(v));
  return mixed.transpose(1, 2).reshape(q.sizes());
}

at::Tensor to_tokens(const at::Tensor& x) { return x.flatten(2).transpose(1, 2); }

at::Tensor from_tokens(const at::Tensor& tokens, const at::Tensor& like) {
  return tokens.transpose(1, 2).reshape({like.size(0), tokens.size(2), like.size(2), like.size(3)});
}

at::Tensor sinusoidal_embedding(const at::Tensor& t, std::int64_t width) {
  const std::int64_t half = width / 2;
  const at::Tensor steps = at::arange(half, t.options().dtype(at::kFloat));
  const at::Tensor frequencies = at::exp(steps * (-std::log(10000.0) / static_cast<double>(half)));
  const at::Tensor angles = t.to(at::kFloat).unsqueeze(1) * frequencies;
  return at::cat({at::cos(angles), at::sin(angles)}, 1);
}

}  // namespace ksampler
