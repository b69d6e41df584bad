#include "host/model/network/flux.hpp"

#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/rotary.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>

namespace ksampler {
namespace {

constexpr std::int64_t kFluxEmbedding = 256;  // of a timestep and of a guidance
constexpr double kFluxTimeFactor = 1000.0;    // both are embedded as if they went to 1000
constexpr double kFluxTheta = 10'000.0;
constexpr std::array<std::int64_t, 3> kFluxAxes = {16, 56,
                                                   56};  // index, row and column of a head of 128
constexpr const char* kFluxFirst = "double_blocks.0.img_attn.";

// Files of before 2025 call them "scale", some newer ones "weight".
RmsNorm load_flux_norm(const Weights& weights, const std::string& name, std::int64_t width) {
  const bool newer = weights.has(name + ".weight");
  return load_rms_norm(weights, name + (newer ? ".weight" : ".scale"), width, 1e-6);
}

std::int64_t flux_head_width(const Weights& weights) {
  const std::string name = std::string(kFluxFirst) + "norm.key_norm";
  const bool newer = weights.has(name + ".weight");
  const std::vector<std::int64_t> shape = weights.shape(name + (newer ? ".weight" : ".scale"));
  return shape.size() == 1 ? shape[0] : 0;
}

Embedder load_flux_embedder(const Weights& weights, const std::string& name, std::int64_t in,
                            std::int64_t width) {
  return {.in = load_stored_linear(weights, name + ".in_layer", in, width),
          .out = load_stored_linear(weights, name + ".out_layer", width, width)};
}

}  // namespace

Flux::Flux(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const auto [width, in] = matrix_sizes(weights, "img_in.weight");
  width_ = width;
  channels_ = channels_of(weights, "img_in.weight", in);
  channels_out_ = matrix_sizes(weights, "final_layer.linear.weight").first / (kPatch * kPatch);
  head_width_ = flux_head_width(weights);
  heads_ = heads_in(weights, width_, head_width_, 32);
  hidden_ = matrix_sizes(weights, "double_blocks.0.img_mlp.0.weight").first;
  text_width_ = matrix_sizes(weights, "txt_in.weight").second;
  pooled_width_ = matrix_sizes(weights, "vector_in.in_layer.weight").second;
  picture_in_ = load_stored_linear(weights, "img_in", in, width_);
  text_in_ = load_stored_linear(weights, "txt_in", text_width_, width_);
  time_ = load_flux_embedder(weights, "time_in", kFluxEmbedding, width_);
  pooled_ = load_flux_embedder(weights, "vector_in", pooled_width_, width_);
  if (weights.has_any("guidance_in.")) {
    guidance_ = load_flux_embedder(weights, "guidance_in", kFluxEmbedding, width_);
  }
  for (std::int64_t i = 0; i < count_of(weights, "double_blocks."); ++i) {
    const Weights block = weights.within("double_blocks." + std::to_string(i) + ".");
    double_blocks_.push_back(
        {.picture = load_stream(block, "img_"), .text = load_stream(block, "txt_")});
  }
  for (std::int64_t i = 0; i < count_of(weights, "single_blocks."); ++i) {
    single_blocks_.push_back(load_single(weights.within("single_blocks." + std::to_string(i) + ".")));
  }
  final_modulation_ = load_stored_linear(weights, "final_layer.adaLN_modulation.1", width_, 2 * width_);
  const std::int64_t out = matrix_sizes(weights, "final_layer.linear.weight").first;
  final_ = load_stored_linear(weights, "final_layer.linear", width_, out);
}

Flux::Stream Flux::load_stream(const Weights& weights, const std::string& name) const {
  const std::string attention = name + "attn.";
  return {.modulation = load_stored_linear(weights, name + "mod.lin", width_, 6 * width_),
          .qkv = load_stored_linear(weights, attention + "qkv", width_, 3 * width_),
          .proj = load_stored_linear(weights, attention + "proj", width_, width_),
          .mlp = {.in = load_stored_linear(weights, name + "mlp.0", width_, hidden_),
                  .out = load_stored_linear(weights, name + "mlp.2", hidden_, width_)},
          .query_norm = load_flux_norm(weights, attention + "norm.query_norm", head_width_),
          .key_norm = load_flux_norm(weights, attention + "norm.key_norm", head_width_)};
}

Flux::SingleBlock Flux::load_single(const Weights& weights) const {
  return {.modulation = load_stored_linear(weights, "modulation.lin", width_, 3 * width_),
          .in = load_stored_linear(weights, "linear1", width_, 3 * width_ + hidden_),
          .out = load_stored_linear(weights, "linear2", width_ + hidden_, width_),
          .query_norm = load_flux_norm(weights, "norm.query_norm", head_width_),
          .key_norm = load_flux_norm(weights, "norm.key_norm", head_width_)};
}

NetworkFacts Flux::facts() const {
  return {.channels = channels_,
          .channels_out = channels_out_,
          .text_width = text_width_,
          .pooled_width = pooled_width_,
          .guidance = guidance_.has_value(),
          .references = true,
          .text_among_tokens = true};
}

at::Tensor Flux::condition(const NetworkInput& input) const {
  const auto embedded = [&](const at::Tensor& number) {
    return sinusoidal_embedding(number * kFluxTimeFactor, kFluxEmbedding).to(options_);
  };
  at::Tensor sum = time_(embedded(input.timesteps)) + pooled_(input.pooled.to(options_));
  if (guidance_) sum = sum + (*guidance_)(embedded(input.guidance));
  return sum;
}

void Flux::run(const DoubleBlock& block, at::Tensor& picture, at::Tensor& text,
               const at::Tensor& active, const at::Tensor& turns) const {
  std::array<const Stream*, 2> streams = {&block.text, &block.picture};
  std::array<at::Tensor*, 2> tokens = {&text, &picture};
  std::array<std::vector<at::Tensor>, 2> said;
  std::array<std::vector<at::Tensor>, 3> qkv;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    said[i] = modulation_parts(streams[i]->modulation, active, 6);
    const at::Tensor normed = modulated_norm(*tokens[i], said[i][1], said[i][0]);
    const std::vector<at::Tensor> own = heads_of(streams[i]->qkv(normed), 3, heads_);
    qkv[0].push_back(streams[i]->query_norm(own[0]));
    qkv[1].push_back(streams[i]->key_norm(own[1]));
    qkv[2].push_back(own[2]);
  }
  const at::Tensor mixed = joined_heads(at::scaled_dot_product_attention(
      turned(at::cat(qkv[0], 2), turns), turned(at::cat(qkv[1], 2), turns), at::cat(qkv[2], 2)));
  std::int64_t first = 0;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Stream& stream = *streams[i];
    at::Tensor& x = *tokens[i];
    x = at::addcmul(x, said[i][2], stream.proj(mixed.narrow(1, first, x.size(1))));
    first += x.size(1);
    const at::Tensor normed = modulated_norm(x, said[i][4], said[i][3]);
    x = at::addcmul(x, said[i][5], stream.mlp(normed));
  }
}

at::Tensor Flux::run(const SingleBlock& block, const at::Tensor& x, const at::Tensor& active,
                     const at::Tensor& turns) const {
  const std::vector<at::Tensor> said = modulation_parts(block.modulation, active, 3);
  const at::Tensor all = block.in(modulated_norm(x, said[1], said[0]));
  const std::vector<at::Tensor> qkv = heads_of(all.narrow(2, 0, 3 * width_), 3, heads_);
  const at::Tensor mixed = joined_heads(at::scaled_dot_product_attention(
      turned(block.query_norm(qkv[0]), turns), turned(block.key_norm(qkv[1]), turns), qkv[2]));
  const at::Tensor hidden = at::gelu(all.narrow(2, 3 * width_, hidden_), "tanh");
  return at::addcmul(x, said[2], block.out(at::cat({mixed, hidden}, 2)));
}

// A picture that is looked at has index 1, and stands below or beside those before it: where the whole
// stays nearer to a square (Flux.1 Kontext; ComfyUI's "offset").
at::Tensor Flux::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2);
  const std::int64_t width = input.x.size(3);
  std::vector<at::Tensor> tokens = {patch_tokens(input.x, TokenOrder::channel_first)};
  std::vector<at::Tensor> places = {
      at::zeros({input.text.size(1), 3}, options_.dtype(at::kFloat)),
      grid_positions(0.0, patches_of(height), patches_of(width), options_.device())};
  std::int64_t below = 0;
  std::int64_t right = 0;
  for (const at::Tensor& reference : input.references) {
    const std::int64_t rows = reference.size(2);
    const std::int64_t columns = reference.size(3);
    const bool beside = rows + below > columns + right;
    const std::int64_t top = beside ? 0 : below;
    const std::int64_t left = beside ? right : 0;
    tokens.push_back(patch_tokens(reference, TokenOrder::channel_first));
    places.push_back(grid_positions(1.0, patches_of(rows), patches_of(columns), options_.device(),
                                    static_cast<double>(patches_of(top)),
                                    static_cast<double>(patches_of(left))));
    below = std::max(below, rows + top);
    right = std::max(right, columns + left);
  }
  const std::int64_t count = tokens[0].size(1);
  const std::vector<std::int64_t> axes = axis_widths(head_width_, kFluxAxes);
  const at::Tensor turns = rotary_turns(at::cat(places), axes, kFluxTheta);

  const at::Tensor told = condition(input);
  const at::Tensor active = at::silu(told);
  at::Tensor picture = picture_in_(at::cat(tokens, 1));
  at::Tensor text = text_in_(input.text);
  for (const DoubleBlock& block : double_blocks_) run(block, picture, text, active, turns);
  at::Tensor joined = at::cat({text, picture}, 1);
  for (const SingleBlock& block : single_blocks_) joined = run(block, joined, active, turns);
  picture = joined.narrow(1, text.size(1), count);
  const std::vector<at::Tensor> last = modulation_parts(final_modulation_, active, 2);
  return from_patch_tokens(final_(modulated_norm(picture, last[1], last[0])), height, width,
                           TokenOrder::channel_first);
}

}  // namespace ksampler
