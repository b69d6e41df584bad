#include "host/model/network/krea2.hpp"

#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/rotary.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include <array>

namespace ksampler {
namespace {

constexpr double kKrea2Eps = 1e-5;
constexpr std::int64_t kKrea2Embedding = 256;  // of the timestep
constexpr double kKrea2TimeFactor = 1000.0;    // it is embedded as if it went to 1000
constexpr double kKrea2Theta = 1000.0;
constexpr std::array<std::int64_t, 3> kKrea2Axes = {32, 48,
                                                    48};  // index, row and column of a head of 128
constexpr const char* kQNormScale = "qknorm.qnorm.scale";

}  // namespace

OffsetRmsNorm Krea2::load_norm(const Weights& weights, const std::string& name, std::int64_t width) {
  return load_offset_rms_norm(weights, name + ".scale", width, kKrea2Eps);
}

Krea2::Attention Krea2::load_attention(const Weights& weights, std::int64_t width) {
  const std::vector<std::int64_t> head = weights.shape(kQNormScale);
  const std::int64_t head_width = head.size() == 1 ? head[0] : 0;
  const std::int64_t heads = heads_in(weights, width, head_width, 16);
  const std::int64_t shared = matrix_sizes(weights, "wk.weight").first;
  const auto linear = [&](const char* name, std::int64_t out) {
    return load_stored_linear(weights, name, width, out, /*bias=*/false);
  };
  return {.q = linear("wq", width),
          .k = linear("wk", shared),
          .v = linear("wv", shared),
          .gate = linear("gate", width),
          .out = linear("wo", width),
          .q_norm = load_norm(weights, "qknorm.qnorm", head_width),
          .k_norm = load_norm(weights, "qknorm.knorm", head_width),
          .heads = heads,
          .shared_heads = heads_in(weights, shared, head_width, 16)};
}

Krea2::Block Krea2::load_block(const Weights& weights, std::int64_t width) {
  const std::int64_t hidden = matrix_sizes(weights, "mlp.gate.weight").first;
  Block block{.attention_norm = load_norm(weights, "prenorm", width),
              .feed_norm = load_norm(weights, "postnorm", width),
              .attention = load_attention(weights.within("attn."), width),
              .gate = load_stored_linear(weights, "mlp.gate", width, hidden, /*bias=*/false),
              .up = load_stored_linear(weights, "mlp.up", width, hidden, /*bias=*/false),
              .down = load_stored_linear(weights, "mlp.down", hidden, width, /*bias=*/false)};
  if (weights.has("mod.lin")) block.told = weights.get("mod.lin", {6 * width});
  return block;
}

std::vector<Krea2::Block> Krea2::load_blocks(const Weights& weights, const std::string& list,
                                             std::int64_t width) {
  std::vector<Block> blocks;
  for (std::int64_t i = 0; i < count_of(weights, list); ++i) {
    blocks.push_back(load_block(weights.within(list + std::to_string(i) + "."), width));
  }
  return blocks;
}

Krea2::Krea2(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const auto [width, in] = matrix_sizes(weights, "first.weight");
  width_ = width;
  channels_ = channels_of(weights, "first.weight", in);
  text_layers_ = matrix_sizes(weights, "txtfusion.projector.weight").second;
  text_width_ = matrix_sizes(weights, "txtmlp.1.weight").second;
  picture_in_ = load_stored_linear(weights, "first", in, width_);
  time_ = {.in = load_stored_linear(weights, "tmlp.0", kKrea2Embedding, width_),
           .out = load_stored_linear(weights, "tmlp.2", width_, width_)};
  time_to_blocks_ = load_stored_linear(weights, "tproj.1", width_, 6 * width_);
  layerwise_ = load_blocks(weights, "txtfusion.layerwise_blocks.", text_width_);
  refiner_ = load_blocks(weights, "txtfusion.refiner_blocks.", text_width_);
  text_projector_ = load_linear(weights, "txtfusion.projector", text_layers_, 1, /*bias=*/false);
  text_norm_ = load_norm(weights, "txtmlp.0", text_width_);
  text_in_ = {.in = load_stored_linear(weights, "txtmlp.1", text_width_, width_),
              .out = load_stored_linear(weights, "txtmlp.3", width_, width_)};
  blocks_ = load_blocks(weights, "blocks.", width_);
  const std::vector<std::int64_t> head = weights.shape(std::string("blocks.0.attn.") + kQNormScale);
  head_width_ = head.at(0);
  final_norm_ = load_norm(weights, "last.norm", width_);
  final_told_ = weights.get("last.modulation.lin", {2, width_});
  final_ = load_stored_linear(weights, "last.linear", width_, in);
}

NetworkFacts Krea2::facts() const {
  return {.channels = channels_, .text_width = text_layers_ * text_width_, .text_among_tokens = true};
}

at::Tensor Krea2::mixed(const Attention& attention, const at::Tensor& x, const at::Tensor& turns) {
  const auto split = [&](const Linear& linear, std::int64_t heads) {
    return heads_of(linear(x), 1, heads)[0];
  };
  at::Tensor q = attention.q_norm(split(attention.q, attention.heads));
  at::Tensor k = attention.k_norm(split(attention.k, attention.shared_heads));
  if (turns.defined()) {
    q = turned(q, turns);
    k = turned(k, turns);
  }
  const std::int64_t each = attention.heads / attention.shared_heads;
  const at::Tensor v = split(attention.v, attention.shared_heads);
  const at::Tensor seen =
      at::scaled_dot_product_attention(q, k.repeat_interleave(each, 1), v.repeat_interleave(each, 1));
  return attention.out(joined_heads(seen) * at::sigmoid(attention.gate(x)));
}

at::Tensor Krea2::fed(const Block& block, const at::Tensor& x) {
  at::Tensor gate = block.gate(x);
  return block.down(at::silu_(gate).mul_(block.up(x)));
}

at::Tensor Krea2::run(const Block& block, const at::Tensor& x) {
  const at::Tensor y = x + mixed(block.attention, block.attention_norm(x), {});
  return y + fed(block, block.feed_norm(y));
}

at::Tensor Krea2::run(const Block& block, const at::Tensor& x, const at::Tensor& told,
                      const at::Tensor& turns) {
  const std::vector<at::Tensor> said = (told + block.told).chunk(6, -1);
  const auto moved = [&](const OffsetRmsNorm& norm, const at::Tensor& of, std::size_t first) {
    return at::addcmul(said[first + 1], norm(of), said[first] + 1.0);
  };
  const at::Tensor y =
      at::addcmul(x, said[2], mixed(block.attention, moved(block.attention_norm, x, 0), turns));
  return at::addcmul(y, said[5], fed(block, moved(block.feed_norm, y, 3)));
}

// [B,T,L W] to [B,T,width_].
at::Tensor Krea2::text_of(const at::Tensor& layers) const {
  at::Tensor x = layers.reshape({-1, text_layers_, text_width_});
  for (const Block& block : layerwise_) x = run(block, x);
  x = text_projector_(x.transpose(1, 2)).view({layers.size(0), layers.size(1), text_width_});
  for (const Block& block : refiner_) x = run(block, x);
  return text_in_(text_norm_(x));
}

at::Tensor Krea2::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2);
  const std::int64_t width = input.x.size(3);
  const at::Tensor embedded =
      sinusoidal_embedding(input.timesteps * kKrea2TimeFactor, kKrea2Embedding).to(options_);
  const at::Tensor time = time_(embedded).unsqueeze(1);
  const at::Tensor told = time_to_blocks_(at::gelu(time, "tanh"));

  const at::Tensor text = text_of(input.text);
  const at::Tensor picture = picture_in_(patch_tokens(input.x, TokenOrder::channel_first));
  const at::Tensor places =
      at::cat({at::zeros({text.size(1), 3}, options_.dtype(at::kFloat)),
               grid_positions(0.0, patches_of(height), patches_of(width), options_.device())});
  const at::Tensor turns = rotary_turns(places, axis_widths(head_width_, kKrea2Axes), kKrea2Theta);
  at::Tensor joined = at::cat({text, picture}, 1);
  for (const Block& block : blocks_) joined = run(block, joined, told, turns);

  const at::Tensor normed = final_norm_(joined.narrow(1, text.size(1), picture.size(1)));
  const std::vector<at::Tensor> said = (time + final_told_).chunk(2, 1);
  return from_patch_tokens(final_(at::addcmul(said[1], normed, said[0] + 1.0)), height, width,
                           TokenOrder::channel_first);
}

}  // namespace ksampler
