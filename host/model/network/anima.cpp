#include "host/model/network/anima.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/patch_tokens.hpp"
#include "host/model/network/rotary.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/silu.h>

#include <cmath>

namespace ksampler {
namespace {

constexpr double kAnimaTheta = 10'000.0;
constexpr double kAnimaStretch = 4.0;      // pictures are this much larger than those it began with
constexpr std::int64_t kAnimaPadding = 1;  // channels of x that say what is no part of the picture
constexpr std::int64_t kAnimaParts = 3;    // shift, scale and gate

// How wide a head's parts for the picture's index, row and column are.
std::vector<std::int64_t> anima_axes(std::int64_t head_width) {
  const std::int64_t side = head_width / 6 * 2;
  return {head_width - 2 * side, side, side};
}

// Of rows and columns, as "NTK-aware" scaling has it. A picture's index is 0, which no theta turns.
double anima_theta(std::int64_t side) {
  const auto width = static_cast<double>(side);
  return kAnimaTheta * std::pow(kAnimaStretch, width / (width - 2.0));
}

}  // namespace

Anima::Anima(const Weights& weights)
    : options_(at::TensorOptions(weights.type()).device(weights.device())),
      adapter_(weights.within("llm_adapter.")) {
  const auto [width, in] = matrix_sizes(weights, "x_embedder.proj.1.weight");
  width_ = width;
  channels_ = channels_of(weights, "x_embedder.proj.1.weight", in) - kAnimaPadding;
  const std::int64_t text = anima_context_width(weights.within("blocks.0.cross_attn."));
  head_width_ = anima_head_width(weights.within("blocks.0.self_attn."));
  if (adapter_.width() != text) {
    throw Error({weights.file()->file().string()},
                sentence("the adapter '{}llm_adapter.' gives texts {} wide, and the blocks take {}",
                         weights.prefix(), adapter_.width(), text));
  }
  picture_in_ = load_stored_linear(weights, "x_embedder.proj.1", in, width_, /*bias=*/false);
  time_ = {.in = load_stored_linear(weights, "t_embedder.1.linear_1", width_, width_, /*bias=*/false),
           .out = load_stored_linear(weights, "t_embedder.1.linear_2", width_, kAnimaParts * width_,
                                     /*bias=*/false)};
  time_norm_ = load_rms_norm(weights, "t_embedding_norm.weight", width_, kAnimaEps);
  for (std::int64_t i = 0; i < count_of(weights, "blocks."); ++i) {
    blocks_.push_back(load_block(weights.within("blocks." + std::to_string(i) + ".")));
  }
  final_told_ = load_modulation(weights, "final_layer.adaln_modulation", kAnimaParts - 1);
  final_ = load_stored_linear(weights, "final_layer.linear", width_, kPatch * kPatch * channels_,
                              /*bias=*/false);
  for (const char* rest : {"pos_embedder.", "accum_"})
    weights.pass_over(rest);  // made here; training's
}

Anima::Modulation Anima::load_modulation(const Weights& weights, const std::string& name,
                                         std::int64_t parts) const {
  const std::int64_t columns = matrix_sizes(weights, name + ".1.weight").first;
  return {.down = load_stored_linear(weights, name + ".1", width_, columns, /*bias=*/false),
          .up = load_stored_linear(weights, name + ".2", columns, parts * width_, /*bias=*/false)};
}

Anima::Block Anima::load_block(const Weights& weights) const {
  const std::int64_t hidden = matrix_sizes(weights, "mlp.layer1.weight").first;
  return {.own_told = load_modulation(weights, "adaln_modulation_self_attn", kAnimaParts),
          .text_told = load_modulation(weights, "adaln_modulation_cross_attn", kAnimaParts),
          .feed_told = load_modulation(weights, "adaln_modulation_mlp", kAnimaParts),
          .own = load_anima_attention(weights.within("self_attn."), width_, "output_proj"),
          .text = load_anima_attention(weights.within("cross_attn."), width_, "output_proj"),
          .in = load_stored_linear(weights, "mlp.layer1", width_, hidden, /*bias=*/false),
          .out = load_stored_linear(weights, "mlp.layer2", hidden, width_, /*bias=*/false)};
}

NetworkFacts Anima::facts() const {
  return {.channels = channels_,
          .text_width = adapter_.text_width(),
          .tokens = true,
          .text_among_tokens = true};
}

std::vector<at::Tensor> Anima::Modulation::operator()(const at::Tensor& active, const at::Tensor& told,
                                                      std::int64_t parts) const {
  const at::Tensor own = up(down(active));
  return (own + told.narrow(2, 0, own.size(2))).chunk(parts, 2);
}

at::Tensor Anima::predict(const NetworkInput& input) const {
  const std::int64_t height = input.x.size(2);
  const std::int64_t width = input.x.size(3);
  const at::Tensor text = adapter_(input.text, input.token_ids, input.token_weights);
  const at::Tensor embedded = sinusoidal_embedding(input.timesteps, width_).to(options_).unsqueeze(1);
  const at::Tensor told = time_(embedded);
  const at::Tensor active = at::silu(time_norm_(embedded));
  const at::Tensor places =
      grid_positions(0.0, patches_of(height), patches_of(width), options_.device());
  const std::vector<std::int64_t> axes = anima_axes(head_width_);
  const at::Tensor turns = rotary_turns(places, axes, anima_theta(axes[1]));

  // The channels of padding are 0, as all of it is picture.
  const at::Tensor tokens = patch_tokens(input.x, TokenOrder::channel_first);
  at::Tensor x = picture_in_(at::constant_pad_nd(tokens, {0, kPatch * kPatch * kAnimaPadding}));
  const auto moved = [&](const std::vector<at::Tensor>& said) {
    return modulated_norm(x, said[1], said[0]);
  };
  for (const Block& block : blocks_) {
    const std::vector<at::Tensor> own = block.own_told(active, told, kAnimaParts);
    const at::Tensor seen = moved(own);
    x = at::addcmul(x, own[2], block.own(seen, seen, turns, turns));
    const std::vector<at::Tensor> read = block.text_told(active, told, kAnimaParts);
    x = at::addcmul(x, read[2], block.text(moved(read), text, {}, {}));
    const std::vector<at::Tensor> fed = block.feed_told(active, told, kAnimaParts);
    x = at::addcmul(x, fed[2], block.out(at::gelu(block.in(moved(fed)))));
  }
  const at::Tensor made = final_(moved(final_told_(active, told, kAnimaParts - 1)));
  return from_patch_tokens(made, height, width, TokenOrder::channel_last);
}

}  // namespace ksampler
