#include "host/model/network/language_text.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/file/language_root.hpp"
#include "host/model/network/rotary.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros_like.h>

#include <array>
#include <cmath>

namespace ksampler {
namespace {

constexpr const char* kTable = "embed_tokens.weight";
constexpr const char* kQNorm = "self_attn.q_norm.weight";

// Of a head of 128 numbers (Qwen2.5-VL's and Qwen3-VL's "mrope_section", twice).
constexpr std::array<std::int64_t, 3> kMultimodalAxes = {32, 48, 48};
constexpr std::array<std::int64_t, 3> kInterleavedAxes = {48, 40, 40};

at::Tensor load_language_table(const Weights& weights) {
  return load_token_table(weights, language_root(weights) + kTable);
}

}  // namespace

std::int64_t LanguageText::layers_in(const Weights& weights) {
  return count_of(weights, language_root(weights) + "layers.");
}

LanguageText::LanguageText(const Weights& weights, const LanguageOptions& options, std::int64_t needed)
    : options_(options), file_(weights.file()), table_(load_language_table(weights)) {
  width_ = table_.size(1);
  const std::string list = language_root(weights) + "layers.";
  const std::string first = list + "0." + kQNorm;
  head_width_ = options.head_width;
  if (weights.has(first) && weights.shape(first).size() == 1) head_width_ = weights.shape(first)[0];
  const std::int64_t there = layers_in(weights);
  if (needed < 1 || needed > there) {
    throw Error(
        {weights.file()->file().string()},
        sentence("the text encoder has {} layers; the output of layer {} is taken", there, needed));
  }
  for (std::int64_t i = 0; i < needed; ++i) {
    layers_.push_back(load_layer(weights.within(list + std::to_string(i) + ".")));
  }
  for (std::int64_t i = needed; i < there; ++i) {
    weights.pass_over(list + std::to_string(i) + ".");
  }
  if (options.final_norm) final_norm_ = load_norm(weights, language_root(weights) + "norm.weight");
  if (options.pictures) vision_ = load_language_vision(weights, width_);
  for (const char* rest :
       {"lm_head.", "visual.", "model.visual.", "vision_tower.", "model.vision_tower.",
        "multi_modal_projector.", "model.multi_modal_projector.", "language_model.lm_head."}) {
    weights.pass_over(rest);
  }
  weights.pass_over(language_root(weights) + "norm.");
  bytes_ = weights.stored_bytes();
}

RmsNorm LanguageText::load_norm(const Weights& weights, const std::string& name) const {
  if (!options_.gemma) return load_rms_norm(weights, name, width_, options_.eps);
  RmsNorm norm = load_rms_norm(weights.as(at::kFloat), name, width_, options_.eps);
  norm.weight = norm.weight + 1.0;
  return norm;
}

at::Tensor LanguageText::embedded(const at::Tensor& tokens) const {
  const at::Tensor rows = at::embedding(table_, tokens).to(at::kFloat);
  return options_.gemma ? rows * std::sqrt(static_cast<double>(width_)) : rows;
}

LanguageText::Layer LanguageText::load_layer(const Weights& weights) const {
  const std::int64_t q = matrix_sizes(weights, "self_attn.q_proj.weight").first;
  const std::int64_t kv = matrix_sizes(weights, "self_attn.k_proj.weight").first;
  if (head_width_ < 2 || head_width_ % 2 != 0 || kv % head_width_ != 0 || q % kv != 0) {
    throw Error({weights.file()->file().string()},
                sentence("under '{}' the heads are {} wide, q is {} and k is {}; expected k of whole "
                         "heads, and q a multiple of k",
                         weights.prefix(), head_width_, q, kv));
  }
  const std::int64_t hidden = matrix_sizes(weights, "mlp.gate_proj.weight").first;
  const bool biased = weights.has("self_attn.q_proj.bias");  // Qwen2.5's
  Layer layer{.attention_norm = load_norm(weights, "input_layernorm.weight"),
              .feed_norm = load_norm(weights, options_.gemma ? "pre_feedforward_layernorm.weight"
                                                             : "post_attention_layernorm.weight"),
              .q = load_stored_linear(weights, "self_attn.q_proj", width_, q, biased),
              .k = load_stored_linear(weights, "self_attn.k_proj", width_, kv, biased),
              .v = load_stored_linear(weights, "self_attn.v_proj", width_, kv, biased),
              .o = load_stored_linear(weights, "self_attn.o_proj", q, width_, /*bias=*/false),
              .gate = load_stored_linear(weights, "mlp.gate_proj", width_, hidden, /*bias=*/false),
              .up = load_stored_linear(weights, "mlp.up_proj", width_, hidden, /*bias=*/false),
              .down = load_stored_linear(weights, "mlp.down_proj", hidden, width_, /*bias=*/false)};
  if (weights.has(kQNorm)) {
    layer.q_norm = load_rms_norm(weights, kQNorm, head_width_, options_.eps);
    layer.k_norm = load_rms_norm(weights, "self_attn.k_norm.weight", head_width_, options_.eps);
  }
  if (options_.gemma) {
    layer.attention_out_norm = load_norm(weights, "post_attention_layernorm.weight");
    layer.feed_out_norm = load_norm(weights, "post_feedforward_layernorm.weight");
  }
  return layer;
}

// `seen` [T,T]: what each token sees; undefined: itself and those before it.
at::Tensor LanguageText::run(const Layer& layer, const at::Tensor& x, const at::Tensor& turns,
                             const at::Tensor& seen) const {
  const at::Tensor normed = layer.attention_norm(x);
  const auto split = [&](const Linear& linear) {
    const at::Tensor made = linear(normed);
    return heads_of(made, 1, made.size(2) / head_width_)[0];
  };
  at::Tensor q = split(layer.q);
  at::Tensor k = split(layer.k);
  at::Tensor v = split(layer.v);
  if (layer.q_norm) {
    q = (*layer.q_norm)(q);
    k = (*layer.k_norm)(k);
  }
  const std::int64_t shared = q.size(1) / k.size(1);
  const at::Tensor mixed = at::scaled_dot_product_attention(
      turned_halves(q, turns), turned_halves(k, turns).repeat_interleave(shared, 1),
      v.repeat_interleave(shared, 1), seen.defined() ? std::optional(seen) : std::nullopt, 0.0,
      /*is_causal=*/!seen.defined());
  const auto added = [](const at::Tensor& to, const at::Tensor& made,
                        const std::optional<RmsNorm>& norm) {
    return to + (norm ? (*norm)(made) : made);
  };
  const at::Tensor y = added(x, layer.o(joined_heads(mixed)), layer.attention_out_norm);
  const at::Tensor h = layer.feed_norm(y);
  at::Tensor gate = layer.gate(h);
  gate = options_.gemma ? at::gelu_(gate, "tanh") : at::silu_(gate);
  return added(y, layer.down(gate.mul_(layer.up(h))), layer.feed_out_norm);
}

at::Tensor LanguageText::operator()(const at::Tensor& tokens, std::optional<std::int64_t> count) const {
  const std::int64_t length = tokens.size(1);
  at::Tensor seen;
  if (count && *count < length) {
    seen = at::ones({length, length}, at::TensorOptions(at::kBool).device(device())).tril();
    seen.narrow(1, *count, length - *count).fill_(false);
  }
  const at::Tensor places =
      at::arange(tokens.size(1), at::TensorOptions(at::kFloat).device(device())).unsqueeze(1);
  return run_all(embedded(tokens), rotary_turns(places, {head_width_}, options_.theta), seen);
}

at::Tensor LanguageText::operator()(const SeenText& text) const {
  return run_all(text.embedded, turns_of(text.places), {}, text.deep);
}

// `places` [T,3]. Of a head's turns the first belong to the number, the next to the row, the last to
// the column; or, interleaved, each third to one of them, and to the number those that are left over.
at::Tensor LanguageText::turns_of(const at::Tensor& places) const {
  const std::vector<std::int64_t> shares =
      axis_widths(head_width_, options_.interleaved ? kInterleavedAxes : kMultimodalAxes);
  std::vector<at::Tensor> of_axis;
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    of_axis.push_back(rotary_turns(places.narrow(1, axis, 1), {head_width_}, options_.theta));
  }
  std::vector<at::Tensor> turns;
  if (options_.interleaved) {
    for (std::int64_t pair = 0; pair < head_width_ / 2; ++pair) {
      const auto third = static_cast<std::size_t>(pair % 3);
      const bool left_over = third != 0 && pair >= 3 * shares[third] / 2;
      turns.push_back(of_axis[left_over ? 0 : third].narrow(1, pair, 1));
    }
    return at::cat(turns, 1);
  }
  std::int64_t first = 0;
  for (std::size_t axis = 0; axis < shares.size(); ++axis) {
    turns.push_back(of_axis[axis].narrow(1, first, shares[axis] / 2));
    first += shares[axis] / 2;
  }
  return at::cat(turns, 1);
}

SeenText LanguageText::with_pictures(const at::Tensor& tokens, const std::vector<SeenPicture>& pictures,
                                     const std::vector<std::int64_t>& at) const {
  const auto options = at::TensorOptions(at::kFloat).device(device());
  const at::Tensor words = embedded(tokens);
  std::vector<at::Tensor> embedded, places;
  std::vector<std::vector<at::Tensor>> deep(pictures.empty() ? 0 : pictures.front().deep.size());
  std::int64_t taken = 0;
  double place = 0;
  const auto add_words = [&](std::int64_t end) {
    embedded.push_back(words.narrow(0, taken, end - taken));
    for (std::vector<at::Tensor>& layer : deep) layer.push_back(at::zeros_like(embedded.back()));
    places.push_back((at::arange(end - taken, options) + place).unsqueeze(1).expand({-1, 3}));
    place += static_cast<double>(end - taken);
    taken = end;
  };
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const SeenPicture& picture = pictures[i];
    add_words(at[i]);
    ++taken;
    embedded.push_back(picture.tokens);
    for (std::size_t layer = 0; layer < deep.size(); ++layer) {
      deep[layer].push_back(picture.deep[layer]);
    }
    places.push_back(grid_positions(place, picture.rows, picture.columns, device(), place, place));
    place += static_cast<double>(std::max(picture.rows, picture.columns));
  }
  add_words(words.size(0));
  SeenText text{.embedded = at::cat(embedded).unsqueeze(0), .places = at::cat(places)};
  for (const std::vector<at::Tensor>& layer : deep) text.deep.push_back(at::cat(layer).unsqueeze(0));
  return text;
}

at::Tensor LanguageText::run_all(at::Tensor x, const at::Tensor& turns, const at::Tensor& seen,
                                 const std::vector<at::Tensor>& deep) const {
  std::vector<at::Tensor> taken;
  for (std::int64_t i = 0; i < layers(); ++i) {
    x = run(layers_[static_cast<std::size_t>(i)], x, turns, seen);
    if (static_cast<std::size_t>(i) < deep.size()) x = x + deep[static_cast<std::size_t>(i)];
    if (std::ranges::find(options_.taken, i + 1) != options_.taken.end()) taken.push_back(x);
  }
  if (!taken.empty()) {
    x = at::cat(taken, 2);
  } else if (final_norm_) {
    x = (*final_norm_)(x);
  }
  file_->check_unchanged();
  return x;
}

}  // namespace ksampler
