#include "host/model/network/flux2.hpp"

#include "host/model/network/flux_norms.hpp"
#include "host/model/network/joint_block.hpp"
#include "host/model/network/reference_places.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/silu.h>

#include <array>
#include <tuple>

namespace ksampler {
namespace {

constexpr std::int64_t kFlux2Embedding = 256;  // of a timestep and of a guidance
constexpr double kFlux2TimeFactor = 1000.0;    // both are embedded as if they went to 1000
constexpr double kFlux2Theta = 2000.0;
// Index, row, column and word of a head of 128.
constexpr std::array<std::int64_t, 4> kFlux2Axes = {32, 32, 32, 32};
constexpr double kFlux2Spacing = 10.0;  // between the indices of pictures that are looked at

// Places of a picture's cells: no word's.
at::Tensor places_of(const at::Tensor& picture, const ReferencePlace& place) {
  return at::constant_pad_nd(
      grid_positions(place.index, picture.size(2), picture.size(3), picture.device(),
                     static_cast<double>(place.top), static_cast<double>(place.left)),
      {0, 1});
}

}  // namespace

Flux2::Flux2(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  std::tie(width_, channels_) = matrix_sizes(weights, "img_in.weight");
  channels_out_ = matrix_sizes(weights, "final_layer.linear.weight").first;
  text_width_ = matrix_sizes(weights, "txt_in.weight").second;
  head_width_ = flux_head_width(weights);
  heads_ = heads_in(weights, width_, head_width_, 8);
  hidden_ = matrix_sizes(weights, "double_blocks.0.img_mlp.2.weight").second;
  picture_in_ = load(weights, "img_in", channels_, width_);
  text_in_ = load(weights, "txt_in", text_width_, width_);
  time_ = load_embedder(weights, "time_in");
  if (weights.has_any("guidance_in.")) guidance_ = load_embedder(weights, "guidance_in");
  picture_modulation_ = load(weights, "double_stream_modulation_img.lin", width_, 6 * width_);
  text_modulation_ = load(weights, "double_stream_modulation_txt.lin", width_, 6 * width_);
  single_modulation_ = load(weights, "single_stream_modulation.lin", width_, 3 * width_);
  for (std::int64_t i = 0; i < count_of(weights, "double_blocks."); ++i) {
    const Weights block = weights.within("double_blocks." + std::to_string(i) + ".");
    double_blocks_.push_back(
        {.text = load_stream(block, "txt_"), .picture = load_stream(block, "img_")});
  }
  for (std::int64_t i = 0; i < count_of(weights, "single_blocks."); ++i) {
    single_blocks_.push_back(load_single(weights.within("single_blocks." + std::to_string(i) + ".")));
  }
  final_modulation_ = load(weights, "final_layer.adaLN_modulation.1", width_, 2 * width_);
  final_ = load(weights, "final_layer.linear", width_, channels_out_);
}

Linear Flux2::load(const Weights& weights, const std::string& name, std::int64_t in,
                   std::int64_t out) const {
  return load_stored_linear(weights, name, in, out, /*bias=*/false);
}

Embedder Flux2::load_embedder(const Weights& weights, const std::string& name) const {
  return {.in = load(weights, name + ".in_layer", kFlux2Embedding, width_),
          .out = load(weights, name + ".out_layer", width_, width_)};
}

Flux2::Stream Flux2::load_stream(const Weights& weights, const std::string& name) const {
  const std::string attention = name + "attn.";
  return {.qkv = load(weights, attention + "qkv", width_, 3 * width_),
          .proj = load(weights, attention + "proj", width_, width_),
          .mlp = {.in = load(weights, name + "mlp.0", width_, 2 * hidden_),
                  .out = load(weights, name + "mlp.2", hidden_, width_)},
          .query_norm = load_flux_norm(weights, attention + "norm.query_norm", head_width_),
          .key_norm = load_flux_norm(weights, attention + "norm.key_norm", head_width_)};
}

Flux2::SingleBlock Flux2::load_single(const Weights& weights) const {
  return {.in = load(weights, "linear1", width_, 3 * width_ + 2 * hidden_),
          .out = load(weights, "linear2", width_ + hidden_, width_),
          .query_norm = load_flux_norm(weights, "norm.query_norm", head_width_),
          .key_norm = load_flux_norm(weights, "norm.key_norm", head_width_)};
}

NetworkFacts Flux2::facts() const {
  return {.channels = channels_,
          .channels_out = channels_out_,
          .text_width = text_width_,
          .guidance = guidance_.has_value(),
          .references = true,
          .text_among_tokens = true};
}

at::Tensor Flux2::condition(const NetworkInput& input) const {
  const auto embedded = [&](const at::Tensor& number) {
    return sinusoidal_embedding(number * kFlux2TimeFactor, kFlux2Embedding).to(options_);
  };
  const at::Tensor time = time_(embedded(input.timesteps));
  return guidance_ ? time + (*guidance_)(embedded(input.guidance)) : time;
}

at::Tensor Flux2::run(const SingleBlock& block, const at::Tensor& x,
                      const std::vector<at::Tensor>& said, const at::Tensor& turns) const {
  const at::Tensor all = block.in(modulated_norm(x, said[1], said[0]));
  const std::vector<at::Tensor> qkv = heads_of(all.narrow(2, 0, 3 * width_), 3, heads_);
  const at::Tensor mixed = joined_heads(at::scaled_dot_product_attention(
      turned(block.query_norm(qkv[0]), turns), turned(block.key_norm(qkv[1]), turns), qkv[2]));
  const at::Tensor hidden = silu_gated(all.narrow(2, 3 * width_, 2 * hidden_));
  return at::addcmul(x, said[2], block.out(at::cat({mixed, hidden}, 2)));
}

at::Tensor Flux2::predict(const NetworkInput& input) const {
  const at::Tensor words = at::arange(input.text.size(1), options_.dtype(at::kFloat));
  std::vector<at::Tensor> places = {at::constant_pad_nd(words.unsqueeze(1), {3, 0}),
                                    places_of(input.x, {})};
  std::vector<at::Tensor> tokens = {to_tokens(input.x)};
  const auto of_references =
      reference_places(input.references, chosen_method(input.reference_method, ReferenceMethod::index),
                       input.x.size(2), input.x.size(3), kFlux2Spacing);
  for (std::size_t i = 0; i < input.references.size(); ++i) {
    tokens.push_back(to_tokens(input.references[i]));
    places.push_back(places_of(input.references[i], of_references[i]));
  }
  const std::int64_t count = tokens[0].size(1);
  const at::Tensor turns =
      rotary_turns(at::cat(places), axis_widths(head_width_, kFlux2Axes), kFlux2Theta);

  const at::Tensor active = at::silu(condition(input));
  const std::vector<at::Tensor> to_picture = modulation_parts(picture_modulation_, active, 6);
  const std::vector<at::Tensor> to_text = modulation_parts(text_modulation_, active, 6);
  const std::vector<at::Tensor> to_both = modulation_parts(single_modulation_, active, 3);
  at::Tensor picture = picture_in_(at::cat(tokens, 1));
  at::Tensor text = text_in_(input.text);
  const auto qkv_of = [&](const Stream& layers, const at::Tensor& normed) {
    std::vector<at::Tensor> qkv = heads_of(layers.qkv(normed), 3, heads_);
    qkv[0] = layers.query_norm(qkv[0]);
    qkv[1] = layers.key_norm(qkv[1]);
    return qkv;
  };
  for (const DoubleBlock& block : double_blocks_) {
    run_joint_block<Stream>({{{block.text, text, to_text}, {block.picture, picture, to_picture}}},
                            turns, qkv_of);
  }
  at::Tensor joined = at::cat({text, picture}, 1);
  for (const SingleBlock& block : single_blocks_) joined = run(block, joined, to_both, turns);
  const std::vector<at::Tensor> last = modulation_parts(final_modulation_, active, 2);
  const at::Tensor made =
      final_(modulated_norm(joined.narrow(1, text.size(1), count), last[1], last[0]));
  return from_tokens(made, input.x);
}

}  // namespace ksampler
