#include "host/model/network/clip_text.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/sigmoid.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace ksampler {
namespace {

constexpr std::int64_t kHeadWidth = 64;  // of every CLIP
constexpr const char* kHeadWidthKey = "ksampler.text_head_width";

// What a layout calls its tensors, under the prefix of the network and of a layer.
struct TowerNames {
  const char* token_embedding;
  const char* position_embedding;
  const char* layers;
  const char* final_norm;
  const char* projection;
  const char* norm1;
  const char* norm2;
  const char* out;
  const char* fc1;
  const char* fc2;
};

constexpr TowerNames kTransformers = {
    .token_embedding = "text_model.embeddings.token_embedding.weight",
    .position_embedding = "text_model.embeddings.position_embedding.weight",
    .layers = "text_model.encoder.layers.",
    .final_norm = "text_model.final_layer_norm",
    .projection = "text_projection.weight",
    .norm1 = "layer_norm1",
    .norm2 = "layer_norm2",
    .out = "self_attn.out_proj",
    .fc1 = "mlp.fc1",
    .fc2 = "mlp.fc2"};

constexpr TowerNames kTransformersBare = [] {
  TowerNames names = kTransformers;
  names.token_embedding = "embeddings.token_embedding.weight";
  names.position_embedding = "embeddings.position_embedding.weight";
  names.layers = "encoder.layers.";
  names.final_norm = "final_layer_norm";
  return names;
}();

constexpr TowerNames kOpenClip = {.token_embedding = "token_embedding.weight",
                                  .position_embedding = "positional_embedding",
                                  .layers = "transformer.resblocks.",
                                  .final_norm = "ln_final",
                                  .projection = "text_projection",
                                  .norm1 = "ln_1",
                                  .norm2 = "ln_2",
                                  .out = "attn.out_proj",
                                  .fc1 = "mlp.c_fc",
                                  .fc2 = "mlp.c_proj"};

const TowerNames& names_of(ClipTextLayout layout) {
  switch (layout) {
    case ClipTextLayout::transformers:
      return kTransformers;
    case ClipTextLayout::transformers_bare:
      return kTransformersBare;
    case ClipTextLayout::open_clip:
      return kOpenClip;
  }
  throw std::logic_error("a layout without names");
}

// A tensor in the type that the file has it in, as what is computed in float32 loses nothing by that;
// or in the narrower one that was asked for. Of 8 bits, in float16, which holds all that they do.
at::Tensor stored(const Weights& weights, const std::string& name, at::IntArrayRef shape) {
  if (!weights.has(name)) return weights.get(name, shape);  // which says that it is missing
  if (is_in_blocks(*weights.file(), weights.prefix() + name))
    return weights.as(at::kHalf).get(name, shape);
  const at::ScalarType in_file = stored_type(*weights.file(), weights.prefix() + name);
  const bool as_it_is = at::isFloatingType(in_file) && weights.type() == at::kFloat;
  const bool eight_bits = c10::elementSize(in_file) == 1;
  return (as_it_is ? weights.as(eight_bits ? at::kHalf : in_file) : weights).get(name, shape);
}

Linear stored_linear(const Weights& weights, const std::string& name, std::int64_t in,
                     std::int64_t out) {
  return {.weight = stored(weights, name + ".weight", {out, in}),
          .bias = stored(weights, name + ".bias", {out})};
}

LayerNorm stored_norm(const Weights& weights, const std::string& name, std::int64_t width) {
  return {.weight = stored(weights, name + ".weight", {width}),
          .bias = stored(weights, name + ".bias", {width})};
}

at::Tensor widened(const at::Tensor& tensor) { return tensor.to(at::kFloat); }

at::Tensor apply(const Linear& linear, const at::Tensor& x) {
  return at::linear(x, widened(linear.weight), widened(linear.bias));
}

at::Tensor apply(const LayerNorm& norm, const at::Tensor& x) {
  return at::layer_norm(x, norm.weight.sizes(), widened(norm.weight), widened(norm.bias));
}

at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                            std::int64_t heads) {
  const auto split = [&](const at::Tensor& x) {
    return x.unflatten(2, {heads, x.size(2) / heads}).transpose(1, 2);
  };
  const at::Tensor mixed =
      at::scaled_dot_product_attention(split(q), split(k), split(v), {}, 0.0, /*is_causal=*/true);
  return mixed.transpose(1, 2).flatten(2);
}

// A network narrower than one head has one.
std::int64_t count_heads(const Weights& weights, std::int64_t width) {
  const std::string file = weights.file()->file().string();
  std::int64_t head_width = std::min(kHeadWidth, width);
  const auto said = weights.file()->metadata().find(kHeadWidthKey);
  if (said != weights.file()->metadata().end()) {
    const std::string& text = said->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), head_width);
    if (error != std::errc() || end != text.data() + text.size() || head_width < 1) {
      throw Error({file}, sentence("the metadata's '{}' is {}; expected a whole number from 1",
                                   kHeadWidthKey, quote(text)));
    }
  }
  if (width == 0 || width % head_width != 0) {
    throw Error(
        {file},
        sentence(
            "the text encoder under '{}' is {} wide; expected a multiple of {}, the width of its heads",
            weights.prefix(), width, head_width));
  }
  return width / head_width;
}

}  // namespace

ClipText::ClipText(const Weights& weights, const ClipTextOptions& options)
    : options_(options), prefix_(weights.prefix()) {
  const TowerNames& names = names_of(options.layout);
  token_embedding_ = stored(weights, names.token_embedding, {kAnySize, kAnySize});
  heads_ = count_heads(weights, width());
  position_embedding_ = stored(weights, names.position_embedding, {kAnySize, width()});
  const auto prefix = [&](std::size_t i) { return names.layers + std::to_string(i) + "."; };
  if (!weights.has_any(prefix(0))) {
    throw Error({weights.file()->file().string()},
                sentence("the text encoder has no layers: no tensor's name begins with '{}{}'",
                         weights.prefix(), prefix(0)));
  }
  while (weights.has_any(prefix(layers_.size()))) {
    layers_.push_back(load_layer(weights.within(prefix(layers_.size()))));
  }
  final_norm_ = stored_norm(weights, names.final_norm, width());
  if (!options.projects) weights.pass_over(names.projection);
  if (options.needs_projection || (options.projects && weights.has(names.projection))) {
    // OpenCLIP multiplies by it from the right.
    projection_ = options.layout == ClipTextLayout::open_clip
                      ? stored(weights, names.projection, {width(), kAnySize}).t()
                      : stored(weights, names.projection, {kAnySize, width()});
  }
}

ClipText::Layer ClipText::load_layer(const Weights& weights) const {
  const TowerNames& names = names_of(options_.layout);
  const std::int64_t width = this->width();
  Layer layer;
  layer.norm1 = stored_norm(weights, names.norm1, width);
  layer.norm2 = stored_norm(weights, names.norm2, width);
  if (options_.layout == ClipTextLayout::open_clip) {
    const at::Tensor weight = stored(weights, "attn.in_proj_weight", {3 * width, width});
    const at::Tensor bias = stored(weights, "attn.in_proj_bias", {3 * width});
    const auto third = [&](std::int64_t i) {
      return Linear{.weight = weight.narrow(0, i * width, width),
                    .bias = bias.narrow(0, i * width, width)};
    };
    layer.q = third(0);
    layer.k = third(1);
    layer.v = third(2);
  } else {
    layer.q = stored_linear(weights, "self_attn.q_proj", width, width);
    layer.k = stored_linear(weights, "self_attn.k_proj", width, width);
    layer.v = stored_linear(weights, "self_attn.v_proj", width, width);
  }
  layer.out = stored_linear(weights, names.out, width, width);
  const std::string fc1_bias = names.fc1 + std::string(".bias");
  const std::int64_t inner = stored(weights, fc1_bias, {kAnySize}).size(0);
  layer.fc1 = stored_linear(weights, names.fc1, width, inner);
  layer.fc2 = stored_linear(weights, names.fc2, inner, width);
  return layer;
}

std::map<std::string, ClipText::Rows> ClipText::weights_by_name() const {
  const TowerNames& names = names_of(options_.layout);
  const bool joined = options_.layout == ClipTextLayout::open_clip;
  std::map<std::string, Rows> result;
  const auto add_norm = [&](const std::string& name, const std::string& here) {
    result[name] = {.tensor = here + ".weight", .bias = here + ".bias", .rows = width()};
  };
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string here = prefix_ + names.layers + std::to_string(i) + ".";
    const std::string there = "text_model.encoder.layers." + std::to_string(i) + ".";
    const auto add = [&](const char* name, const std::string& tensor, const Linear& linear) {
      result[there + name] = {.tensor = here + tensor + ".weight",
                              .bias = here + tensor + ".bias",
                              .rows = linear.weight.size(0),
                              .columns = linear.weight.size(1)};
    };
    const Layer& layer = layers_[i];
    std::int64_t row = 0;
    for (const auto& [name, linear] :
         {std::pair{"self_attn.q_proj", &layer.q}, std::pair{"self_attn.k_proj", &layer.k},
          std::pair{"self_attn.v_proj", &layer.v}}) {
      add(name, name, *linear);
      if (!joined) continue;
      Rows& third = result[there + name];
      third.tensor = here + "attn.in_proj_weight";
      third.bias = here + "attn.in_proj_bias";
      third.first_row = row;
      row += width();
    }
    add("self_attn.out_proj", names.out, layer.out);
    add("mlp.fc1", names.fc1, layer.fc1);
    add("mlp.fc2", names.fc2, layer.fc2);
    add_norm(there + "layer_norm1", here + names.norm1);
    add_norm(there + "layer_norm2", here + names.norm2);
  }
  add_norm("text_model.final_layer_norm", prefix_ + names.final_norm);
  if (projection_.defined()) {
    result["text_projection"] = {.tensor = prefix_ + names.projection,
                                 .rows = projection_.size(0),
                                 .columns = projection_.size(1),
                                 .transposed = joined};
  }
  return result;
}

std::string ClipText::token_table() const {
  return prefix_ + names_of(options_.layout).token_embedding;
}

std::uint64_t ClipText::bytes() const {
  // Norms and biases are a thousandth of that.
  std::uint64_t sum = token_embedding_.nbytes() + position_embedding_.nbytes();
  for (const Layer& layer : layers_) {
    for (const Linear* linear : {&layer.q, &layer.k, &layer.v, &layer.out, &layer.fc1, &layer.fc2}) {
      sum += linear->weight.nbytes();
    }
  }
  return sum + (projection_.defined() ? projection_.nbytes() : 0);
}

at::Tensor ClipText::run_layer(const Layer& layer, const at::Tensor& x) const {
  const at::Tensor normed = apply(layer.norm1, x);
  const at::Tensor mixed =
      causal_attention(apply(layer.q, normed), apply(layer.k, normed), apply(layer.v, normed), heads_);
  const at::Tensor y = x + apply(layer.out, mixed);
  const at::Tensor inner = apply(layer.fc1, apply(layer.norm2, y));
  const at::Tensor active = options_.quick_gelu ? inner * at::sigmoid(1.702 * inner) : at::gelu(inner);
  return y + apply(layer.fc2, active);
}

at::Tensor ClipText::embedded(const at::Tensor& tokens, const TokenVectors& vectors) const {
  at::Tensor x = widened(at::embedding(token_embedding_, tokens));
  if (vectors.places.defined()) {
    x = x.view({-1, width()}).index_copy(0, vectors.places, vectors.values).view_as(x);
  }
  return x + widened(position_embedding_.narrow(0, 0, tokens.size(1)));
}

ClipTextOutput ClipText::operator()(const at::Tensor& tokens, std::int64_t layer, bool norm,
                                    const TokenVectors& vectors) const {
  at::Tensor x = embedded(tokens, vectors);
  at::Tensor hidden;
  for (std::int64_t i = 0; i < layers(); ++i) {
    x = run_layer(layers_[static_cast<std::size_t>(i)], x);
    if (i == layers() + layer) hidden = x;
  }
  x = apply(final_norm_, x);
  if (norm) hidden = layer == -1 ? x : apply(final_norm_, hidden);

  const at::Tensor end =
      at::argmax((tokens == options_.end_token).to(at::kInt), 1);  // the first of several
  const at::Tensor index = end.view({-1, 1, 1}).expand({-1, 1, width()});
  at::Tensor pooled = x.gather(1, index).squeeze(1);
  if (projection_.defined()) pooled = at::linear(pooled, widened(projection_));
  return {.hidden = hidden, .pooled = pooled};
}

}  // namespace ksampler
