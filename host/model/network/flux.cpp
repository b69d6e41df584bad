#include "host/model/network/flux.hpp"

#include "host/model/network/flux_norms.hpp"
#include "host/model/network/joint_block.hpp"
#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/reference_places.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>

#include <array>

namespace ksampler {
namespace {

constexpr std::int64_t kFluxEmbedding = 256;  // of a timestep and of a guidance
constexpr double kFluxTimeFactor = 1000.0;    // both are embedded as if they went to 1000
constexpr double kFluxTheta = 10'000.0;
constexpr std::array<std::int64_t, 3> kFluxAxes = {16, 56,
                                                   56};  // index, row and column of a head of 128

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
  picture_in_ = load_stored_linear(weights, "img_in", in, width_);
  text_in_ = load_stored_linear(weights, "txt_in", text_width_, width_);
  if (ChromaApproximator::is_in(weights)) {
    approximator_.emplace(weights, width_);
  } else {
    pooled_width_ = matrix_sizes(weights, "vector_in.in_layer.weight").second;
    time_ = load_flux_embedder(weights, "time_in", kFluxEmbedding, width_);
    pooled_ = load_flux_embedder(weights, "vector_in", pooled_width_, width_);
    if (weights.has_any("guidance_in.")) {
      guidance_ = load_flux_embedder(weights, "guidance_in", kFluxEmbedding, width_);
    }
    final_modulation_ =
        load_stored_linear(weights, "final_layer.adaLN_modulation.1", width_, 2 * width_);
  }
  for (std::int64_t i = 0; i < count_of(weights, "double_blocks."); ++i) {
    const Weights block = weights.within("double_blocks." + std::to_string(i) + ".");
    double_blocks_.push_back(
        {.picture = load_stream(block, "img_"), .text = load_stream(block, "txt_")});
  }
  for (std::int64_t i = 0; i < count_of(weights, "single_blocks."); ++i) {
    single_blocks_.push_back(load_single(weights.within("single_blocks." + std::to_string(i) + ".")));
  }
  const std::int64_t out = matrix_sizes(weights, "final_layer.linear.weight").first;
  final_ = load_stored_linear(weights, "final_layer.linear", width_, out);
}

Linear Flux::load_modulation(const Weights& weights, const std::string& name,
                             std::int64_t count) const {
  return approximator_ ? Linear() : load_stored_linear(weights, name, width_, count * width_);
}

Flux::Stream Flux::load_stream(const Weights& weights, const std::string& name) const {
  const std::string attention = name + "attn.";
  return {.modulation = load_modulation(weights, name + "mod.lin", 6),
          .qkv = load_stored_linear(weights, attention + "qkv", width_, 3 * width_),
          .proj = load_stored_linear(weights, attention + "proj", width_, width_),
          .mlp = {.in = load_stored_linear(weights, name + "mlp.0", width_, hidden_),
                  .out = load_stored_linear(weights, name + "mlp.2", hidden_, width_)},
          .query_norm = load_flux_norm(weights, attention + "norm.query_norm", head_width_),
          .key_norm = load_flux_norm(weights, attention + "norm.key_norm", head_width_)};
}

Flux::SingleBlock Flux::load_single(const Weights& weights) const {
  return {.modulation = load_modulation(weights, "modulation.lin", 3),
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
          .guidance = guidance_.has_value() || approximator_.has_value(),
          .usual_guidance = approximator_ ? 0.0 : NetworkFacts().usual_guidance,
          .references = !approximator_.has_value() && channels_ == channels_out_,
          .text_among_tokens = true,
          .biases_text = true};
}

at::Tensor Flux::condition(const NetworkInput& input) const {
  const auto embedded = [&](const at::Tensor& number) {
    return sinusoidal_embedding(number * kFluxTimeFactor, kFluxEmbedding).to(options_);
  };
  at::Tensor sum = time_(embedded(input.timesteps)) + pooled_(input.pooled.to(options_));
  if (guidance_) sum = sum + (*guidance_)(embedded(input.guidance));
  return sum;
}

Flux::Said Flux::say(const NetworkInput& input) const {
  if (approximator_) return say_of_chroma(input);
  const at::Tensor active = at::silu(condition(input));
  Said said;
  for (const DoubleBlock& block : double_blocks_) {
    said.picture.push_back(modulation_parts(block.picture.modulation, active, 6));
    said.text.push_back(modulation_parts(block.text.modulation, active, 6));
  }
  for (const SingleBlock& block : single_blocks_) {
    said.single.push_back(modulation_parts(block.modulation, active, 3));
  }
  said.last = modulation_parts(final_modulation_, active, 2);
  return said;
}

// Its vectors are those of single blocks, of pictures, of texts, and the last two.
Flux::Said Flux::say_of_chroma(const NetworkInput& input) const {
  const auto doubles = static_cast<std::int64_t>(double_blocks_.size());
  const auto singles = static_cast<std::int64_t>(single_blocks_.size());
  const at::Tensor all =
      (*approximator_)(input.timesteps, input.guidance, 3 * singles + 12 * doubles + 2);
  std::int64_t first = 0;
  const auto next = [&](std::int64_t count) {
    first += count;
    return all.narrow(1, first - count, count).split(1, 1);
  };
  Said said;
  for (std::int64_t i = 0; i < singles; ++i) said.single.push_back(next(3));
  for (std::int64_t i = 0; i < doubles; ++i) said.picture.push_back(next(6));
  for (std::int64_t i = 0; i < doubles; ++i) said.text.push_back(next(6));
  said.last = next(2);
  return said;
}

at::Tensor Flux::run(const SingleBlock& block, const at::Tensor& x, const std::vector<at::Tensor>& said,
                     const at::Tensor& turns, const std::optional<at::Tensor>& bias) const {
  const at::Tensor all = block.in(modulated_norm(x, said[1], said[0]));
  const std::vector<at::Tensor> qkv = heads_of(all.narrow(2, 0, 3 * width_), 3, heads_);
  const at::Tensor mixed = joined_heads(at::scaled_dot_product_attention(
      turned(block.query_norm(qkv[0]), turns), turned(block.key_norm(qkv[1]), turns), qkv[2], bias));
  const at::Tensor hidden = at::gelu(all.narrow(2, 3 * width_, hidden_), "tanh");
  return at::addcmul(x, said[2], block.out(at::cat({mixed, hidden}, 2)));
}

at::Tensor Flux::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2);
  const std::int64_t width = input.x.size(3);
  std::vector<at::Tensor> tokens = {patch_tokens(input.x, TokenOrder::channel_first)};
  std::vector<at::Tensor> places = {
      at::zeros({input.text.size(1), 3}, options_.dtype(at::kFloat)),
      grid_positions(0.0, patches_of(height), patches_of(width), options_.device())};
  // Kontext was trained with the first of these.
  const auto of_references =
      reference_places(input.references, chosen_method(input.reference_method, ReferenceMethod::offset),
                       patches_of(height) * kPatch, patches_of(width) * kPatch);
  for (std::size_t i = 0; i < input.references.size(); ++i) {
    const at::Tensor& reference = input.references[i];
    const ReferencePlace& place = of_references[i];
    tokens.push_back(patch_tokens(reference, TokenOrder::channel_first));
    places.push_back(grid_positions(
        place.index, patches_of(reference.size(2)), patches_of(reference.size(3)), options_.device(),
        static_cast<double>(patches_of(place.top)), static_cast<double>(patches_of(place.left))));
  }
  const std::int64_t count = tokens[0].size(1);
  const std::vector<std::int64_t> axes = axis_widths(head_width_, kFluxAxes);
  const at::Tensor turns = rotary_turns(at::cat(places), axes, kFluxTheta);

  const Said said = say(input);
  at::Tensor picture = picture_in_(at::cat(tokens, 1));
  at::Tensor text = text_in_(input.text);
  const auto qkv_of = [&](const Stream& layers, const at::Tensor& normed) {
    std::vector<at::Tensor> qkv = heads_of(layers.qkv(normed), 3, heads_);
    qkv[0] = layers.query_norm(qkv[0]);
    qkv[1] = layers.key_norm(qkv[1]);
    return qkv;
  };
  const std::optional<at::Tensor> bias =
      attention_bias(input.biases, text.size(1), text.size(1) + picture.size(1), options_);
  for (std::size_t i = 0; i < double_blocks_.size(); ++i) {
    const DoubleBlock& block = double_blocks_[i];
    run_joint_block<Stream>(
        {{{block.text, text, said.text[i]}, {block.picture, picture, said.picture[i]}}}, turns, qkv_of,
        bias);
  }
  at::Tensor joined = at::cat({text, picture}, 1);
  for (std::size_t i = 0; i < single_blocks_.size(); ++i) {
    joined = run(single_blocks_[i], joined, said.single[i], turns, bias);
  }
  picture = joined.narrow(1, text.size(1), count);
  return from_patch_tokens(final_(modulated_norm(picture, said.last[1], said.last[0])), height, width,
                           TokenOrder::channel_first);
}

}  // namespace ksampler
