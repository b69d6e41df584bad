#include "host/model/network/qwen_image.hpp"

#include "host/model/network/joint_block.hpp"
#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/reference_places.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <array>

namespace ksampler {
namespace {

constexpr double kQwenEps = 1e-6;
constexpr std::int64_t kQwenEmbedding = 256;  // of the timestep
constexpr double kQwenTimeFactor = 1000.0;    // it is embedded as if it went to 1000
constexpr double kQwenTheta = 10'000.0;
constexpr std::array<std::int64_t, 3> kQwenAxes = {16, 56,
                                                   56};  // index, row and column of a head of 128

// Places of a picture's tokens, counted from its middle.
at::Tensor centred(const ReferencePlace& place, std::int64_t height, std::int64_t width,
                   at::Device device) {
  const std::int64_t rows = patches_of(height);
  const std::int64_t columns = patches_of(width);
  return grid_positions(place.index, rows, columns, device,
                        static_cast<double>(patches_of(place.top) - rows / 2),
                        static_cast<double>(patches_of(place.left) - columns / 2));
}

constexpr const char* kAtZeroMark = "__index_timestep_zero__";
constexpr const char* kLayeredMark = "time_text_embed.addition_t_embedding.weight";

}  // namespace

QwenImage::QwenImage(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())) {
  const auto [width, in] = matrix_sizes(weights, "img_in.weight");
  width_ = width;
  channels_ = channels_of(weights, "img_in.weight", in);
  channels_out_ = matrix_sizes(weights, "proj_out.weight").first / (kPatch * kPatch);
  const std::vector<std::int64_t> head = weights.shape("transformer_blocks.0.attn.norm_q.weight");
  head_width_ = head.size() == 1 ? head[0] : 0;
  heads_ = heads_in(weights, width_, head_width_, 32);
  text_width_ = matrix_sizes(weights, "txt_in.weight").second;
  // Edit 2511's files say it so.
  if (weights.has(kAtZeroMark)) trained_ = ReferenceMethod::index_at_zero;
  weights.pass_over(kAtZeroMark);
  // Of pictures with alpha; the other is of those without, which nobody makes of layers.
  if (weights.has(kLayeredMark)) of_layers_ = weights.get(kLayeredMark, {2, width_}).select(0, 0);
  picture_in_ = load_stored_linear(weights, "img_in", in, width_);
  text_norm_ = load_rms_norm(weights, "txt_norm.weight", text_width_, kQwenEps);
  text_in_ = load_stored_linear(weights, "txt_in", text_width_, width_);
  const std::string time = "time_text_embed.timestep_embedder.linear_";
  time_ = {.in = load_stored_linear(weights, time + "1", kQwenEmbedding, width_),
           .out = load_stored_linear(weights, time + "2", width_, width_)};
  for (std::int64_t i = 0; i < count_of(weights, "transformer_blocks."); ++i) {
    const Weights block = weights.within("transformer_blocks." + std::to_string(i) + ".");
    blocks_.push_back({.text = load_stream(block, /*of_picture=*/false),
                       .picture = load_stream(block, /*of_picture=*/true)});
  }
  final_modulation_ = load_stored_linear(weights, "norm_out.linear", width_, 2 * width_);
  final_ =
      load_stored_linear(weights, "proj_out", width_, matrix_sizes(weights, "proj_out.weight").first);
}

QwenImage::Stream QwenImage::load_stream(const Weights& weights, bool of_picture) const {
  const std::string name = of_picture ? "img_" : "txt_";
  const std::string in = name + "mlp.net.0.proj";
  const std::int64_t hidden = matrix_sizes(weights, in + ".weight").first;
  const auto linear = [&](const char* picture, const char* text) {
    const std::string layer = of_picture ? picture : text;
    return load_stored_linear(weights, "attn." + layer, width_, width_);
  };
  const auto norm = [&](const char* picture, const char* text) {
    const std::string layer = of_picture ? picture : text;
    return load_rms_norm(weights, "attn." + layer + ".weight", head_width_, kQwenEps);
  };
  return {.modulation = load_stored_linear(weights, name + "mod.1", width_, 6 * width_),
          .q = linear("to_q", "add_q_proj"),
          .k = linear("to_k", "add_k_proj"),
          .v = linear("to_v", "add_v_proj"),
          .proj = linear("to_out.0", "to_add_out"),
          .q_norm = norm("norm_q", "norm_added_q"),
          .k_norm = norm("norm_k", "norm_added_k"),
          .mlp = {.in = load_stored_linear(weights, in, width_, hidden),
                  .out = load_stored_linear(weights, name + "mlp.net.2", hidden, width_)}};
}

NetworkFacts QwenImage::facts() const {
  return {.channels = channels_,
          .channels_out = channels_out_,
          .text_width = text_width_,
          .references = true,
          .text_among_tokens = true,
          .layers = of_layers_.defined()};
}

// [B,1,W] each; or [B,N,W], the tokens that are made before those that are looked at.
std::vector<at::Tensor> QwenImage::said_to_pictures(const Linear& modulation, const Told& told) {
  std::vector<at::Tensor> said = modulation_parts(modulation, told.active, 6);
  if (!told.active_at_zero.defined()) return said;
  const std::vector<at::Tensor> at_zero = modulation_parts(modulation, told.active_at_zero, 6);
  for (std::size_t i = 0; i < said.size(); ++i) {
    said[i] =
        at::cat({said[i].expand({-1, told.made, -1}), at_zero[i].expand({-1, told.looked_at, -1})}, 1);
  }
  return said;
}

void QwenImage::run(const Block& block, at::Tensor& text, at::Tensor& picture, const Told& told,
                    const at::Tensor& turns) const {
  const auto qkv_of = [&](const Stream& layers, const at::Tensor& normed) {
    return std::vector<at::Tensor>{layers.q_norm(heads_of(layers.q(normed), 1, heads_)[0]),
                                   layers.k_norm(heads_of(layers.k(normed), 1, heads_)[0]),
                                   heads_of(layers.v(normed), 1, heads_)[0]};
  };
  run_joint_block<Stream>(
      {{{block.text, text, modulation_parts(block.text.modulation, told.active, 6)},
        {block.picture, picture, said_to_pictures(block.picture.modulation, told)}}},
      turns, qkv_of);
}

at::Tensor QwenImage::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2) / input.layers;  // of one layer
  const std::int64_t width = input.x.size(3);
  const std::int64_t first = std::max(patches_of(height) / 2, patches_of(width) / 2);
  const at::Tensor words =
      at::arange(input.text.size(1), options_.dtype(at::kFloat)) + static_cast<double>(first);
  std::vector<at::Tensor> places = {words.unsqueeze(1).expand({-1, 3})};
  std::vector<at::Tensor> tokens;
  for (std::int64_t i = 0; i < input.layers; ++i) {
    tokens.push_back(patch_tokens(input.x.narrow(2, i * height, height), TokenOrder::channel_first));
    places.push_back(centred({.index = static_cast<double>(i)}, height, width, options_.device()));
  }
  const std::int64_t count = input.layers * tokens[0].size(1);
  const ReferenceMethod method = chosen_method(input.reference_method, trained_);
  const bool at_zero = method == ReferenceMethod::index_at_zero && !input.references.empty();
  // Before the first layer, which has the number 0.
  const bool before = of_layers_.defined() && input.reference_method == ReferenceMethod::of_network;
  const double spacing = before ? -1.0 : 1.0;
  const auto of_references =
      reference_places(input.references, at_zero ? ReferenceMethod::index : method,
                       patches_of(height) * kPatch, patches_of(width) * kPatch, spacing);
  for (std::size_t i = 0; i < input.references.size(); ++i) {
    const at::Tensor& reference = input.references[i];
    tokens.push_back(patch_tokens(reference, TokenOrder::channel_first));
    places.push_back(
        centred(of_references[i], reference.size(2), reference.size(3), options_.device()));
  }
  const at::Tensor turns =
      rotary_turns(at::cat(places), axis_widths(head_width_, kQwenAxes), kQwenTheta);

  const auto active_of = [&](const at::Tensor& timesteps) {
    at::Tensor told =
        time_(sinusoidal_embedding(timesteps * kQwenTimeFactor, kQwenEmbedding).to(options_));
    if (of_layers_.defined()) told = told + of_layers_;
    return at::silu(told);
  };
  at::Tensor picture = picture_in_(at::cat(tokens, 1));
  const Told told{.active = active_of(input.timesteps),
                  .active_at_zero = at_zero ? active_of(at::zeros_like(input.timesteps)) : at::Tensor(),
                  .made = count,
                  .looked_at = picture.size(1) - count};
  at::Tensor text = text_in_(text_norm_(input.text));
  for (const Block& block : blocks_) run(block, text, picture, told, turns);
  const std::vector<at::Tensor> last = modulation_parts(final_modulation_, told.active, 2);
  const at::Tensor made = final_(modulated_norm(picture.narrow(1, 0, count), last[0], last[1]));
  std::vector<at::Tensor> layers;
  for (const at::Tensor& layer : made.chunk(input.layers, 1)) {
    layers.push_back(from_patch_tokens(layer, height, width, TokenOrder::channel_first));
  }
  return at::cat(layers, 2);
}

}  // namespace ksampler
