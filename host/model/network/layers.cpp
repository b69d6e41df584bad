#include "host/model/network/layers.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/rms_norm.h>
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
  return at::conv2d(x, stored == nullptr ? weight : stored->widened(x.scalar_type()), bias, stride,
                    padding);
}

Conv load_conv(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
               std::int64_t size, std::int64_t stride) {
  Conv conv{.bias = weights.get(name + ".bias", {out}), .stride = stride, .padding = size / 2};
  const std::vector<std::int64_t> shape = {out, in, size, size};
  if (weights.come_and_go()) {
    conv.stored = weights.get_later(name + ".weight", shape);
  } else {
    conv.weight = weights.get(name + ".weight", shape);
  }
  return conv;
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  if (stored == nullptr) return at::linear(x, weight, bias);
  at::Tensor wide = stored->widened(x.scalar_type());
  if (wide.dim() > 2) wide = wide.flatten(1);
  return at::linear(x, wide, bias.defined() ? bias.to(x.scalar_type()) : bias);
}

Linear load_linear(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                   bool bias) {
  if (weights.come_and_go()) {
    return {.bias = bias ? weights.get(name + ".bias", {out}) : at::Tensor(),
            .stored = weights.get_later(name + ".weight", {out, in})};
  }
  return {.weight = weights.get(name + ".weight", {out, in}),
          .bias = bias ? weights.get(name + ".bias", {out}) : at::Tensor()};
}

Linear load_stored_linear(const Weights& weights, const std::string& name, std::int64_t in,
                          std::int64_t out, bool bias) {
  return {.bias = bias ? weights.get(name + ".bias", {out}) : at::Tensor(),
          .stored = weights.stored(name + ".weight", {out, in})};
}

Linear load_pointwise(const Weights& weights, const std::string& name, std::int64_t in,
                      std::int64_t out) {
  if (weights.shape(name + ".weight").size() != 4) return load_linear(weights, name, in, out);
  if (weights.come_and_go()) {
    return {.bias = weights.get(name + ".bias", {out}),
            .stored = weights.get_later(name + ".weight", {out, in, 1, 1})};
  }
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
  return at::layer_norm(x, weight.sizes(), weight, bias, eps);
}

LayerNorm load_layer_norm(const Weights& weights, const std::string& name, std::int64_t width,
                          double eps) {
  return {.weight = weights.get(name + ".weight", {width}),
          .bias = weights.get(name + ".bias", {width}),
          .eps = eps};
}

at::Tensor RmsNorm::operator()(const at::Tensor& x) const {
  return at::rms_norm(x, weight.sizes(), weight.to(x.scalar_type()), eps);
}

RmsNorm load_rms_norm(const Weights& weights, const std::string& name, std::int64_t width, double eps) {
  return {.weight = weights.get(name, {width}), .eps = eps};
}

at::Tensor OffsetRmsNorm::operator()(const at::Tensor& x) const {
  return at::rms_norm(x.to(at::kFloat), factor.sizes(), factor, eps).to(x.scalar_type());
}

OffsetRmsNorm load_offset_rms_norm(const Weights& weights, const std::string& name, std::int64_t width,
                                   double eps) {
  return {.factor = weights.as(at::kFloat).get(name, {width}) + 1.0, .eps = eps};
}

at::Tensor modulated_norm(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift) {
  constexpr double kEps = 1e-6;
  const at::Tensor normed = at::layer_norm(x, {x.size(-1)}, {}, {}, kEps);
  return at::addcmul(shift, normed, scale + 1.0);
}

std::vector<at::Tensor> modulation_parts(const Linear& modulation, const at::Tensor& active,
                                         std::int64_t count) {
  return modulation(active).unsqueeze(1).chunk(count, -1);
}

at::Tensor GeluMlp::operator()(const at::Tensor& x) const { return out(at::gelu(in(x), "tanh")); }

at::Tensor silu_gated(const at::Tensor& halves) {
  const std::vector<at::Tensor> parts = halves.chunk(2, -1);
  return at::silu(parts[0]).mul_(parts[1]);
}

at::Tensor GatedMlp::operator()(const at::Tensor& x) const { return out(silu_gated(in(x))); }

at::Tensor Embedder::operator()(const at::Tensor& x) const {
  at::Tensor hidden = in(x);
  return out(at::silu_(hidden));
}

std::pair<std::int64_t, std::int64_t> matrix_sizes(const Weights& weights, const std::string& name) {
  const std::vector<std::int64_t> shape = weights.shape(name);
  if (shape.size() == 2 && shape[0] > 0 && shape[1] > 0) return {shape[0], shape[1]};
  throw Error({weights.file()->file().string()},
              sentence("tensor '{}{}' has shape {}; expected a matrix", weights.prefix(), name,
                       shape_text(shape)));
}

at::Tensor load_token_table(const Weights& weights, const std::string& name) {
  const std::string whole = weights.prefix() + name;
  if (!weights.has(name)) return weights.get(name, {kAnySize, kAnySize});  // which says so
  const bool blocks = is_in_blocks(*weights.file(), whole);
  const at::ScalarType in_file = blocks ? at::kChar : stored_type(*weights.file(), whole);
  const bool eight_bits = c10::elementSize(in_file) == 1;
  const bool narrow = eight_bits || in_file == at::kHalf || in_file == at::kBFloat16;
  return (narrow ? weights.as(eight_bits ? at::kHalf : in_file) : weights)
      .get(name, {kAnySize, kAnySize});
}

at::Tensor load_narrow(const Weights& weights, const std::string& name, at::IntArrayRef shape) {
  const std::string whole = weights.prefix() + name;
  if (!weights.has(name) || is_in_blocks(*weights.file(), whole)) return weights.get(name, shape);
  const at::ScalarType in_file = stored_type(*weights.file(), whole);
  const bool narrower = (in_file == at::kHalf || in_file == at::kBFloat16) &&
                        c10::elementSize(in_file) < c10::elementSize(weights.type());
  return (narrower ? weights.as(in_file) : weights).get(name, shape);
}

at::Tensor load_row(const Weights& weights, const std::string& name, std::int64_t width) {
  if (weights.shape(name).size() == 1) return weights.get(name, {width}).unsqueeze(0);
  return weights.get(name, {1, width});
}

std::int64_t count_of(const Weights& weights, const std::string& list) {
  std::int64_t count = 0;
  while (weights.has_any(list + std::to_string(count) + ".")) ++count;
  return count;
}

std::vector<at::Tensor> heads_of(const at::Tensor& tokens, std::int64_t parts, std::int64_t heads) {
  return tokens.unflatten(-1, {parts, heads, -1}).permute({2, 0, 3, 1, 4}).unbind(0);
}

at::Tensor joined_heads(const at::Tensor& x) { return x.transpose(1, 2).flatten(2); }

std::int64_t heads_in(const Weights& weights, std::int64_t width, std::int64_t head_width,
                      std::int64_t multiple) {
  if (head_width < 1 || width % head_width != 0 || head_width % multiple != 0) {
    throw Error(
        {weights.file()->file().string()},
        sentence("the transformer is {} wide, its heads {}; expected heads of a multiple of {}, "
                 "and a multiple of them",
                 width, head_width, multiple));
  }
  return width / head_width;
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
