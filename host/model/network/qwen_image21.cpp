#include "host/model/network/qwen_image21.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/rotary.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace ksampler {
namespace {

constexpr double kQwen21Eps = 1e-6;
constexpr std::int64_t kQwen21Embedding = 256;  // of the timestep
constexpr double kQwen21TimeFactor = 1000.0;    // it is embedded as if it went to 1000
constexpr double kQwen21Theta = 10'000.0;
constexpr std::array<std::int64_t, 3> kQwen21Axes = {16, 56, 56};  // of a head of 128
constexpr const char* kHeadNorm = "transformer_blocks.0.attn.norm_q.weight";

// From the middle; and, where a picture that is looked at has an odd side and the one that is made an
// even one, or the other way round, from half a cell beside it (ComfyUI), so that their middles meet.
double first_of_axis(std::int64_t cells, std::int64_t made) {
  return static_cast<double>(cells / 2 - cells) + 0.5 * static_cast<double>(cells % 2 - made % 2);
}

at::Tensor normed(const at::Tensor& x) { return at::layer_norm(x, {x.size(-1)}, {}, {}, kQwen21Eps); }

// [B,1,V] of the tokens before the picture that is made and of that, for each: [B,N,V].
at::Tensor for_tokens(const at::Tensor& before, const at::Tensor& made, std::int64_t count,
                      std::int64_t of_made) {
  return at::cat({before.expand({-1, count - of_made, -1}), made.expand({-1, of_made, -1})}, 1);
}

}  // namespace

at::Tensor QwenImage21::Feed::operator()(const at::Tensor& x) const {
  if (fused) return out(silu_gated(both(x)));
  at::Tensor opened = gate(x);
  return out(at::silu_(opened).mul_(up(x)));
}

QwenImage21::QwenImage21(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const auto [width, channels] = matrix_sizes(weights, "img_in.weight");
  width_ = width;
  channels_ = channels;
  const std::vector<std::int64_t> head = weights.shape(kHeadNorm);
  head_width_ = head.size() == 1 ? head[0] : 0;
  heads_ = heads_in(weights, width_, head_width_, 16);
  text_width_ = matrix_sizes(weights, "txt_in.in_layer.weight").second;
  const auto linear = [&](const std::string& name, std::int64_t in, std::int64_t out) {
    return load_stored_linear(weights, name, in, out, /*bias=*/false);
  };
  text_norm_ = load_offset_rms_norm(weights, "txt_in.text_norm.weight", text_width_, kQwen21Eps);
  text_in_ = {.in = linear("txt_in.in_layer", text_width_, width_),
              .out = linear("txt_in.out_layer", width_, width_)};
  picture_in_ = linear("img_in", channels_, width_);
  const std::string time = "time_text_embed.timestep_embedder.linear_";
  time_ = {.in = linear(time + "1", kQwen21Embedding, width_),
           .out = linear(time + "2", width_, width_)};
  modulation_ = linear("modulation.1", width_, 4 * width_);
  for (std::int64_t i = 0; i < count_of(weights, "transformer_blocks."); ++i) {
    blocks_.push_back(load_block(weights.within("transformer_blocks." + std::to_string(i) + ".")));
  }
  final_modulation_ = linear("norm_out.linear", width_, width_);
  final_ = linear("proj_out", width_, channels_);
}

QwenImage21::Feed QwenImage21::load_feed(const Weights& weights) const {
  const bool fused = weights.has("gate_up.weight");
  const std::int64_t hidden = matrix_sizes(weights, "out.weight").second;
  const auto linear = [&](const char* name, std::int64_t in, std::int64_t out) {
    return load_stored_linear(weights, name, in, out, /*bias=*/false);
  };
  Feed feed{.out = linear("out", hidden, width_), .fused = fused};
  if (fused) {
    feed.both = linear("gate_up", width_, 2 * hidden);
  } else {
    feed.gate = linear("gate_layer", width_, hidden);
    feed.up = linear("proj", width_, hidden);
  }
  return feed;
}

QwenImage21::Block QwenImage21::load_block(const Weights& weights) const {
  const auto linear = [&](const char* name) {
    return load_stored_linear(weights, name, width_, width_, /*bias=*/false);
  };
  return {.q = linear("attn.to_q"),
          .k = linear("attn.to_k"),
          .v = linear("attn.to_v"),
          .proj = linear("attn.to_out.0"),
          .q_norm = load_rms_norm(weights, "attn.norm_q.weight", head_width_, kQwen21Eps),
          .k_norm = load_rms_norm(weights, "attn.norm_k.weight", head_width_, kQwen21Eps),
          .feed = load_feed(weights.within("img_mlp."))};
}

NetworkFacts QwenImage21::facts() const {
  return {
      .channels = channels_, .text_width = text_width_, .references = true, .text_among_tokens = true};
}

QwenImage21::Sequence QwenImage21::sequence(const NetworkInput& input) const {
  const at::Tensor text = text_in_(text_norm_(input.text));
  const std::int64_t words = text.size(1);
  std::vector<at::Tensor> tokens, places;
  std::vector<Run> runs;
  std::int64_t taken = 0;  // of the words
  std::int64_t length = 0;
  double place = 0.0;
  const auto add = [&](const at::Tensor& made, const at::Tensor& where, bool of_text) {
    tokens.push_back(made);
    places.push_back(where);
    Run run = {.first = length, .count = made.size(1)};
    length += run.count;
    if (of_text) run.seen = at::ones({run.count, length}, options_.dtype(at::kBool)).tril(run.first);
    runs.push_back(std::move(run));
  };
  const auto add_words = [&](std::int64_t end) {
    if (end <= taken) return;
    const at::Tensor where = at::arange(end - taken, options_.dtype(at::kFloat)) + place;
    add(text.narrow(1, taken, end - taken), where.unsqueeze(1).expand({-1, 3}), /*of_text=*/true);
    place += static_cast<double>(end - taken);
    taken = end;
  };
  const auto add_picture = [&](const at::Tensor& picture) {
    const std::int64_t rows = picture.size(2);
    const std::int64_t columns = picture.size(3);
    add(picture_in_(to_tokens(picture)),
        grid_positions(place, rows, columns, options_.device(), first_of_axis(rows, input.x.size(2)),
                       first_of_axis(columns, input.x.size(3))),
        /*of_text=*/false);
    place += static_cast<double>(std::max(rows, columns));
  };
  for (std::size_t i = 0; i < input.references.size(); ++i) {
    add_words(i < input.slots.size() ? std::min(input.slots[i], words) : words);
    add_picture(input.references[i]);
  }
  add_words(words);
  add_picture(input.x);
  return {.tokens = at::cat(tokens, 1), .places = at::cat(places), .runs = std::move(runs)};
}

at::Tensor QwenImage21::told(const at::Tensor& timesteps) const {
  return at::silu(
      time_(sinusoidal_embedding(timesteps * kQwen21TimeFactor, kQwen21Embedding).to(options_)));
}

at::Tensor QwenImage21::mixed(const Block& block, const at::Tensor& x, const at::Tensor& turns,
                              const std::vector<Run>& runs) const {
  const auto split = [&](const Linear& linear) { return heads_of(linear(x), 1, heads_)[0]; };
  const at::Tensor q = turned(block.q_norm(split(block.q)), turns);
  const at::Tensor k = turned(block.k_norm(split(block.k)), turns);
  const at::Tensor v = split(block.v);
  std::vector<at::Tensor> all;
  for (const Run& run : runs) {
    const std::int64_t end = run.first + run.count;
    all.push_back(at::scaled_dot_product_attention(q.narrow(2, run.first, run.count),
                                                   k.narrow(2, 0, end), v.narrow(2, 0, end), run.seen));
  }
  return block.proj(joined_heads(at::cat(all, 2)));
}

at::Tensor QwenImage21::predict(const NetworkInput& input) const {
  Sequence all = sequence(input);
  const at::Tensor turns =
      rotary_turns(all.places, axis_widths(head_width_, kQwen21Axes), kQwen21Theta);
  const std::int64_t count = all.tokens.size(1);
  const std::int64_t made = all.runs.back().count;
  const at::Tensor active = told(input.timesteps);
  const std::vector<at::Tensor> said = modulation_parts(modulation_, active, 4);
  const std::vector<at::Tensor> said_at_zero =
      modulation_parts(modulation_, told(at::zeros_like(input.timesteps)), 4);
  const auto part = [&](std::size_t i) { return for_tokens(said_at_zero[i], said[i], count, made); };
  const at::Tensor scale1 = part(0) + 1.0;
  const at::Tensor gate1 = at::tanh(part(1));
  const at::Tensor scale2 = part(2) + 1.0;
  const at::Tensor gate2 = at::tanh(part(3));

  at::Tensor x = all.tokens;
  for (const Block& block : blocks_) {
    x = at::addcmul(x, gate1, mixed(block, normed(x) * scale1, turns, all.runs));
    x = at::addcmul(x, gate2, block.feed(normed(x) * scale2));
  }
  const at::Tensor last = normed(x.narrow(1, count - made, made));
  const at::Tensor scale = final_modulation_(active).unsqueeze(1) + 1.0;
  return from_tokens(final_(last * scale), input.x);
}

}  // namespace ksampler
