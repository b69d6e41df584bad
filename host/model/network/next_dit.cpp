#include "host/model/network/next_dit.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/rotary.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tanh.h>

namespace ksampler {
namespace {

constexpr double kNextDitEps = 1e-5;
constexpr double kNextDitFinalEps = 1e-6;
constexpr std::int64_t kNextDitEmbedding = 256;  // of the timestep
constexpr std::int64_t kNextDitMultiple = 32;    // of tokens
constexpr const char* kNextDitDirect =
    "adaLN_modulation.0";  // a block's layer for what the timestep says
constexpr const char* kNextDitActivated = "adaLN_modulation.1";  // the same behind a silu

RmsNorm load_next_dit_norm(const Weights& weights, const std::string& name, std::int64_t width) {
  return load_rms_norm(weights, name + ".weight", width, kNextDitEps);
}

// [B,N,W] with `filler` after it, so that N is a multiple; undefined: as it is.
at::Tensor filled_up(const at::Tensor& tokens, const at::Tensor& filler) {
  if (!filler.defined()) return tokens;
  const std::int64_t missing =
      (kNextDitMultiple - tokens.size(1) % kNextDitMultiple) % kNextDitMultiple;
  if (missing == 0) return tokens;
  return at::cat({tokens, filler.unsqueeze(0).expand({tokens.size(0), missing, -1})}, 1);
}

// How wide all heads of k are together, and all of v: what is left of qkv's rows behind q's.
std::int64_t shared_width_in(const Weights& weights, std::int64_t width, std::int64_t head_width) {
  const std::string qkv = "layers.0.attention.qkv.weight";
  const std::int64_t rows = matrix_sizes(weights, qkv).first;
  const std::int64_t shared = (rows - width) / 2;
  if (shared > 0 && rows == width + 2 * shared && shared % head_width == 0 && width % shared == 0) {
    return shared;
  }
  throw Error(
      {weights.file()->file().string()},
      sentence("tensor '{}{}' has {} rows; expected {} of q, and as many of k as of v, of whole "
               "heads of {}, which q's are a multiple of",
               weights.prefix(), qkv, rows, width, head_width));
}

}  // namespace

NextDit::NextDit(const Weights& weights, const NextDitOptions& options)
    : kind_(options), options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const auto [width, in] = matrix_sizes(weights, "x_embedder.weight");
  width_ = width;
  channels_ = channels_of(weights, "x_embedder.weight", in);
  const std::vector<std::int64_t> head = weights.shape("layers.0.attention.q_norm.weight");
  head_width_ = head.size() == 1 ? head[0] : 0;
  heads_in(weights, width_, head_width_, options.head_multiple);  // which checks them
  shared_width_ = shared_width_in(weights, width_, head_width_);
  activates_ = weights.has(std::string("layers.0.") + kNextDitActivated + ".weight");
  text_width_ = matrix_sizes(weights, "cap_embedder.1.weight").second;
  picture_in_ = load_stored_linear(weights, "x_embedder", in, width_);
  text_norm_ = load_next_dit_norm(weights, "cap_embedder.0", text_width_);
  text_in_ = load_stored_linear(weights, "cap_embedder.1", text_width_, width_);
  const auto [told, inner] = matrix_sizes(weights, "t_embedder.mlp.2.weight");
  time_ = {.in = load_stored_linear(weights, "t_embedder.mlp.0", kNextDitEmbedding, inner),
           .out = load_stored_linear(weights, "t_embedder.mlp.2", inner, told)};
  if (weights.has("x_pad_token")) {
    picture_filler_ = load_row(weights, "x_pad_token", width_);
    text_filler_ = load_row(weights, "cap_pad_token", width_);
  }
  picture_refiner_ = load_blocks(weights, "noise_refiner.", /*modulated=*/true);
  text_refiner_ = load_blocks(weights, "context_refiner.", /*modulated=*/false);
  layers_ = load_blocks(weights, "layers.", /*modulated=*/true);
  weights.pass_over("norm_final.");  // in some files, and of no use in any
  final_modulation_ = load_stored_linear(weights, "final_layer.adaLN_modulation.1", told, width_);
  final_ = load_stored_linear(weights, "final_layer.linear", width_, in);
}

std::vector<NextDit::Block> NextDit::load_blocks(const Weights& weights, const std::string& list,
                                                 bool modulated) const {
  std::vector<Block> blocks;
  for (std::int64_t i = 0; i < count_of(weights, list); ++i) {
    blocks.push_back(load_block(weights.within(list + std::to_string(i) + "."), modulated));
  }
  return blocks;
}

NextDit::Block NextDit::load_block(const Weights& weights, bool modulated) const {
  const std::int64_t hidden = matrix_sizes(weights, "feed_forward.w1.weight").first;
  Block block{.attention_norm1 = load_next_dit_norm(weights, "attention_norm1", width_),
              .attention_norm2 = load_next_dit_norm(weights, "attention_norm2", width_),
              .feed_norm1 = load_next_dit_norm(weights, "ffn_norm1", width_),
              .feed_norm2 = load_next_dit_norm(weights, "ffn_norm2", width_),
              .qkv = load_stored_linear(weights, "attention.qkv", width_, width_ + 2 * shared_width_,
                                        /*bias=*/false),
              .out = load_stored_linear(weights, "attention.out", width_, width_, /*bias=*/false),
              .q_norm = load_next_dit_norm(weights, "attention.q_norm", head_width_),
              .k_norm = load_next_dit_norm(weights, "attention.k_norm", head_width_),
              .w1 = load_stored_linear(weights, "feed_forward.w1", width_, hidden, /*bias=*/false),
              .w2 = load_stored_linear(weights, "feed_forward.w2", hidden, width_, /*bias=*/false),
              .w3 = load_stored_linear(weights, "feed_forward.w3", width_, hidden, /*bias=*/false)};
  if (modulated) {
    const std::string name = activates_ ? kNextDitActivated : kNextDitDirect;
    const std::int64_t told = matrix_sizes(weights, name + ".weight").second;
    block.modulation = load_stored_linear(weights, name, told, 4 * width_);
  }
  return block;
}

NetworkFacts NextDit::facts() const {
  return {.channels = channels_, .text_width = text_width_, .text_among_tokens = true};
}

at::Tensor NextDit::mixed(const Block& block, const at::Tensor& x, const at::Tensor& turns) const {
  const std::vector<at::Tensor> qkv =
      block.qkv(x).split_with_sizes({width_, shared_width_, shared_width_}, 2);
  const auto split = [&](const at::Tensor& part) {
    return heads_of(part, 1, part.size(2) / head_width_)[0];
  };
  const std::int64_t each = width_ / shared_width_;
  const auto shared = [&](const at::Tensor& heads) {
    return each == 1 ? heads : heads.repeat_interleave(each, 1);
  };
  return block.out(joined_heads(at::scaled_dot_product_attention(
      turned(block.q_norm(split(qkv[0])), turns), shared(turned(block.k_norm(split(qkv[1])), turns)),
      shared(split(qkv[2])))));
}

// `told` [B,V]: what the timestep says to all blocks.
at::Tensor NextDit::run(const Block& block, const at::Tensor& x, const at::Tensor& told,
                        const at::Tensor& turns) const {
  const auto fed = [&](const at::Tensor& h) {
    at::Tensor gate = block.w1(h);
    return block.w2(at::silu_(gate).mul_(block.w3(h)));
  };
  if (!block.modulation) {
    const at::Tensor y = x + block.attention_norm2(mixed(block, block.attention_norm1(x), turns));
    return y + block.feed_norm2(fed(block.feed_norm1(y)));
  }
  const std::vector<at::Tensor> said = modulation_parts(*block.modulation, told, 4);
  const at::Tensor y = at::addcmul(
      x, at::tanh(said[1]),
      block.attention_norm2(mixed(block, block.attention_norm1(x) * (said[0] + 1.0), turns)));
  return at::addcmul(y, at::tanh(said[3]),
                     block.feed_norm2(fed(block.feed_norm1(y) * (said[2] + 1.0))));
}

at::Tensor NextDit::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2);
  const std::int64_t width = input.x.size(3);
  const at::Tensor time = 1.0 - input.timesteps;
  const at::Tensor told =
      time_(sinusoidal_embedding(time * kind_.time_factor, kNextDitEmbedding).to(options_));
  const at::Tensor active = at::silu(told);
  const at::Tensor& to_blocks = activates_ ? active : told;

  at::Tensor text = filled_up(text_in_(text_norm_(input.text)), text_filler_);
  at::Tensor picture = picture_in_(patch_tokens(input.x, TokenOrder::channel_last));
  const std::int64_t count = picture.size(1);
  picture = filled_up(picture, picture_filler_);

  // Text stands along the first axis from 1 on, the picture behind it in the other two.
  const at::TensorOptions numbers = options_.dtype(at::kFloat);
  const at::Tensor text_places =
      at::constant_pad_nd((at::arange(text.size(1), numbers) + 1.0).unsqueeze(1), {0, 2});
  const at::Tensor picture_places =
      at::constant_pad_nd(grid_positions(static_cast<double>(text.size(1) + 1), patches_of(height),
                                         patches_of(width), options_.device()),
                          {0, 0, 0, picture.size(1) - count});
  const std::vector<std::int64_t> axes = axis_widths(head_width_, kind_.axes);
  const at::Tensor text_turns = rotary_turns(text_places, axes, kind_.theta);
  const at::Tensor picture_turns = rotary_turns(picture_places, axes, kind_.theta);

  for (const Block& block : text_refiner_) text = run(block, text, to_blocks, text_turns);
  for (const Block& block : picture_refiner_) picture = run(block, picture, to_blocks, picture_turns);
  at::Tensor joined = at::cat({text, picture}, 1);
  const at::Tensor turns = at::cat({text_turns, picture_turns});
  for (const Block& block : layers_) joined = run(block, joined, to_blocks, turns);

  const at::Tensor normed =
      at::layer_norm(joined.narrow(1, text.size(1), count), {width_}, {}, {}, kNextDitFinalEps);
  const at::Tensor scale = final_modulation_(active).unsqueeze(1) + 1.0;
  return from_patch_tokens(final_(normed * scale), height, width, TokenOrder::channel_last).neg();
}

}  // namespace ksampler
