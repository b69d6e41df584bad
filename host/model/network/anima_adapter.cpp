#include "host/model/network/anima_adapter.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/rotary.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>

#include <algorithm>

namespace ksampler {
namespace {

constexpr double kAdapterTheta = 10'000.0;
constexpr std::int64_t kLeastTokens = 512;
constexpr std::int64_t kT5Rows = 32'128;  // 32,100 tokens, and what fills the table up
constexpr const char* kT5Table = "embed.weight";

}  // namespace

AnimaAdapter::AnimaAdapter(const Weights& weights) : table_(load_token_table(weights, kT5Table)) {
  width_ = table_.size(1);
  if (table_.size(0) != kT5Rows) {
    throw Error({weights.file()->file().string()},
                sentence("tensor '{}{}' has shape {}; expected {}, T5's vocabulary", weights.prefix(),
                         kT5Table, shape_text(table_.sizes()), shape_text({kT5Rows, width_})));
  }
  const Weights first = weights.within("blocks.0.cross_attn.");
  text_width_ = anima_context_width(first);
  head_width_ = anima_head_width(first);
  for (std::int64_t i = 0; i < count_of(weights, "blocks."); ++i) {
    blocks_.push_back(load_block(weights.within("blocks." + std::to_string(i) + ".")));
  }
  out_ = load_stored_linear(weights, "out_proj", width_, width_);
  norm_ = load_rms_norm(weights, "norm.weight", width_, kAnimaEps);
}

AnimaAdapter::Block AnimaAdapter::load_block(const Weights& weights) const {
  const std::int64_t hidden = matrix_sizes(weights, "mlp.0.weight").first;
  const auto norm = [&](const std::string& name) {
    return load_rms_norm(weights, name + ".weight", width_, kAnimaEps);
  };
  return {.own_norm = norm("norm_self_attn"),
          .text_norm = norm("norm_cross_attn"),
          .feed_norm = norm("norm_mlp"),
          .own = load_anima_attention(weights.within("self_attn."), width_, "o_proj"),
          .text = load_anima_attention(weights.within("cross_attn."), width_, "o_proj"),
          .in = load_stored_linear(weights, "mlp.0", width_, hidden),
          .out = load_stored_linear(weights, "mlp.2", hidden, width_)};
}

at::Tensor AnimaAdapter::operator()(const at::Tensor& text, const at::Tensor& tokens,
                                    const at::Tensor& weights) const {
  const auto turns_of = [&](std::int64_t count) {
    const at::Tensor places = at::arange(count, text.options().dtype(at::kFloat)).unsqueeze(1);
    return rotary_turns(places, {head_width_}, kAdapterTheta);
  };
  const at::Tensor turns = turns_of(tokens.size(1));
  const at::Tensor text_turns = turns_of(text.size(1));
  at::Tensor x = at::embedding(table_, tokens).to(text.scalar_type());
  for (const Block& block : blocks_) {
    const at::Tensor own = block.own_norm(x);
    x = x + block.own(own, own, turns, turns);
    x = x + block.text(block.text_norm(x), text, turns, text_turns);
    x = x + block.out(at::gelu(block.in(block.feed_norm(x))));
  }
  x = norm_(out_(x)) * weights.unsqueeze(2).to(text.scalar_type());
  return at::constant_pad_nd(x, {0, 0, 0, std::max<std::int64_t>(kLeastTokens - x.size(1), 0)});
}

}  // namespace ksampler
