#include "host/model/network/sd3.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>

#include <array>
#include <charconv>
#include <cmath>

namespace ksampler {
namespace {

constexpr std::int64_t kSd3Embedding = 256;  // of the timestep
constexpr std::int64_t kSd3UsualHead = 64;
constexpr const char* kSd3First = "joint_blocks.0.x_block.attn.";

std::int64_t sd3_head_width(const Weights& weights, std::int64_t width) {
  const std::string norm = std::string(kSd3First) + "ln_q.weight";
  if (weights.has(norm) && weights.shape(norm).size() == 1) return weights.shape(norm)[0];
  const auto& metadata = weights.file()->metadata();
  const auto said = metadata.find("ksampler.head_width");
  std::int64_t head = std::min(kSd3UsualHead, width);
  if (said != metadata.end()) {
    std::from_chars(said->second.data(), said->second.data() + said->second.size(), head);
  }
  return head;
}

}  // namespace

Sd3::Sd3(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const std::string file = weights.file()->file().string();
  const std::vector<std::int64_t> in = weights.shape("x_embedder.proj.weight");
  if (in.size() != 4 || in[2] != kPatch || in[3] != kPatch) {
    throw Error({file}, sentence("tensor '{}x_embedder.proj.weight' has shape {}; expected [any, any, "
                                 "2, 2]: a token is 2 by 2 cells",
                                 weights.prefix(), shape_text(in)));
  }
  width_ = in[0];
  channels_ = in[1];
  channels_out_ = matrix_sizes(weights, "final_layer.linear.weight").first / (kPatch * kPatch);
  head_width_ = sd3_head_width(weights, width_);
  if (head_width_ < 1 || width_ % head_width_ != 0) {
    throw Error({file}, sentence("the transformer is {} wide; expected a multiple of {}, the width of "
                                 "its heads",
                                 width_, head_width_));
  }
  heads_ = width_ / head_width_;
  picture_in_ = {.weight = weights.get("x_embedder.proj.weight", {width_, channels_, kPatch, kPatch}),
                 .bias = weights.get("x_embedder.proj.bias", {width_}),
                 .stride = kPatch};
  // GGUF leaves a first dimension of 1 out.
  const std::vector<std::int64_t> table = weights.shape("pos_embed");
  const std::int64_t count = table.size() < 2 ? 0 : table[table.size() - 2];
  most_patches_ = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(count))));
  if (most_patches_ * most_patches_ != count || count == 0) {
    throw Error({file}, sentence("tensor '{}pos_embed' has shape {}; expected [1, a square number, {}]",
                                 weights.prefix(), shape_text(table), width_));
  }
  places_ = load_narrow(
      weights, "pos_embed",
      table.size() == 2 ? at::IntArrayRef{count, width_} : at::IntArrayRef{1, count, width_});
  text_width_ = matrix_sizes(weights, "context_embedder.weight").second;
  text_in_ = load_stored_linear(weights, "context_embedder", text_width_, width_);
  pooled_width_ = matrix_sizes(weights, "y_embedder.mlp.0.weight").second;
  time_ = {.in = load_stored_linear(weights, "t_embedder.mlp.0", kSd3Embedding, width_),
           .out = load_stored_linear(weights, "t_embedder.mlp.2", width_, width_)};
  pooled_ = {.in = load_stored_linear(weights, "y_embedder.mlp.0", pooled_width_, width_),
             .out = load_stored_linear(weights, "y_embedder.mlp.2", width_, width_)};
  for (std::int64_t i = 0; i < count_of(weights, "joint_blocks."); ++i) {
    const Weights block = weights.within("joint_blocks." + std::to_string(i) + ".");
    blocks_.push_back({.text = load_stream(block.within("context_block."), /*of_picture=*/false),
                       .picture = load_stream(block.within("x_block."), /*of_picture=*/true)});
  }
  final_modulation_ = load_stored_linear(weights, "final_layer.adaLN_modulation.1", width_, 2 * width_);
  final_ = load_stored_linear(weights, "final_layer.linear", width_,
                              matrix_sizes(weights, "final_layer.linear.weight").first);
}

Sd3::Attention Sd3::load_attention(const Weights& weights, bool with_proj) const {
  Attention attention{.qkv = load_stored_linear(weights, "qkv", width_, 3 * width_)};
  if (with_proj) attention.proj = load_stored_linear(weights, "proj", width_, width_);
  if (weights.has("ln_q.weight")) {
    attention.q_norm = load_rms_norm(weights, "ln_q.weight", head_width_, 1e-6);
    attention.k_norm = load_rms_norm(weights, "ln_k.weight", head_width_, 1e-6);
  }
  return attention;
}

Sd3::Stream Sd3::load_stream(const Weights& weights, bool of_picture) const {
  // The text of the last block goes no further.
  const bool goes_on = of_picture || weights.has_any("mlp.");
  const bool twice = of_picture && weights.has_any("attn2.");
  const std::int64_t said = goes_on ? (twice ? 9 : 6) : 2;
  Stream stream{.modulation = load_stored_linear(weights, "adaLN_modulation.1", width_, said * width_),
                .attention = load_attention(weights.within("attn."), goes_on)};
  if (twice) stream.second = load_attention(weights.within("attn2."), /*with_proj=*/true);
  if (goes_on) {
    const std::int64_t hidden = matrix_sizes(weights, "mlp.fc1.weight").first;
    stream.mlp = GeluMlp{.in = load_stored_linear(weights, "mlp.fc1", width_, hidden),
                         .out = load_stored_linear(weights, "mlp.fc2", hidden, width_)};
  }
  return stream;
}

NetworkFacts Sd3::facts() const {
  return {.channels = channels_,
          .channels_out = channels_out_,
          .text_width = text_width_,
          .pooled_width = pooled_width_,
          .text_among_tokens = true};
}

void Sd3::check_size(at::IntArrayRef shape) const {
  const std::int64_t most = most_patches_ * kPatch;
  if (shape[2] <= most && shape[3] <= most) return;
  throw Error(sentence("this model knows places in latents of up to {} by {}; the latent is {} by {}",
                       most, most, shape[3], shape[2]));
}

std::vector<at::Tensor> Sd3::qkv_of(const Attention& attention, const at::Tensor& normed) const {
  std::vector<at::Tensor> qkv = heads_of(attention.qkv(normed), 3, heads_);
  if (attention.q_norm) {
    qkv[0] = (*attention.q_norm)(qkv[0]);
    qkv[1] = (*attention.k_norm)(qkv[1]);
  }
  return qkv;
}

void Sd3::run(const Block& block, at::Tensor& text, at::Tensor& picture,
              const at::Tensor& active) const {
  const std::array<const Stream*, 2> streams = {&block.text, &block.picture};
  const std::array<at::Tensor*, 2> tokens = {&text, &picture};
  std::array<std::vector<at::Tensor>, 2> said;
  std::array<std::vector<at::Tensor>, 3> qkv;
  at::Tensor looked_again;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Stream& stream = *streams[i];
    said[i] = modulation_parts(stream.modulation, active, stream.mlp ? (stream.second ? 9 : 6) : 2);
    // The last of the text has its scale behind its shift too, but neither gates nor an mlp.
    const at::Tensor normed = modulated_norm(*tokens[i], said[i][1], said[i][0]);
    const std::vector<at::Tensor> own = qkv_of(stream.attention, normed);
    for (std::size_t k = 0; k < qkv.size(); ++k) qkv[k].push_back(own[k]);
    if (!stream.second) continue;
    const std::vector<at::Tensor> again =
        qkv_of(*stream.second, modulated_norm(*tokens[i], said[i][7], said[i][6]));
    looked_again = said[i][8] * (*stream.second->proj)(joined_heads(
                                    at::scaled_dot_product_attention(again[0], again[1], again[2])));
  }
  const at::Tensor mixed = joined_heads(
      at::scaled_dot_product_attention(at::cat(qkv[0], 2), at::cat(qkv[1], 2), at::cat(qkv[2], 2)));
  std::int64_t first = 0;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Stream& stream = *streams[i];
    at::Tensor& x = *tokens[i];
    const std::int64_t count = x.size(1);
    if (stream.mlp) {
      x = at::addcmul(x, said[i][2], (*stream.attention.proj)(mixed.narrow(1, first, count)));
      if (stream.second) x = x + looked_again;
      const at::Tensor normed = modulated_norm(x, said[i][4], said[i][3]);
      x = at::addcmul(x, said[i][5], (*stream.mlp)(normed));
    }
    first += count;
  }
}

at::Tensor Sd3::places(std::int64_t rows, std::int64_t columns) const {
  const at::Tensor table = places_.view({most_patches_, most_patches_, width_});
  return table.narrow(0, (most_patches_ - rows) / 2, rows)
      .narrow(1, (most_patches_ - columns) / 2, columns)
      .reshape({1, rows * columns, width_})
      .to(options_);
}

at::Tensor Sd3::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2);
  const std::int64_t width = input.x.size(3);
  // The convolution's steps do not overlap: it is a product with each token.
  const at::Tensor squares = patch_tokens(input.x, TokenOrder::channel_first);
  at::Tensor picture = at::linear(squares, picture_in_.weight.flatten(1), picture_in_.bias) +
                       places(patches_of(height), patches_of(width));
  at::Tensor text = text_in_(input.text);
  const at::Tensor told = time_(sinusoidal_embedding(input.timesteps, kSd3Embedding).to(options_)) +
                          pooled_(input.pooled.to(options_));
  const at::Tensor active = at::silu(told);
  for (const Block& block : blocks_) run(block, text, picture, active);
  const std::vector<at::Tensor> last = modulation_parts(final_modulation_, active, 2);
  return from_patch_tokens(final_(modulated_norm(picture, last[1], last[0])), height, width,
                           TokenOrder::channel_last);
}

}  // namespace ksampler
