#include "host/model/network/anima_attention.hpp"

#include "host/model/network/rotary.hpp"

#include <ATen/ops/scaled_dot_product_attention.h>

namespace ksampler {
namespace {

constexpr std::int64_t kHeadMultiple = 16;  // so that a part of it for each axis is of whole pairs

at::Tensor placed(const at::Tensor& x, const at::Tensor& turns) {
  return turns.defined() ? turned_halves(x, turns) : x;
}

}  // namespace

at::Tensor AnimaAttention::operator()(const at::Tensor& x, const at::Tensor& context,
                                      const at::Tensor& turns, const at::Tensor& context_turns) const {
  const auto split = [&](const at::Tensor& tokens) { return heads_of(tokens, 1, heads)[0]; };
  return out(joined_heads(at::scaled_dot_product_attention(
      placed(q_norm(split(q(x))), turns), placed(k_norm(split(k(context))), context_turns),
      split(v(context)))));
}

std::int64_t anima_context_width(const Weights& attention) {
  return matrix_sizes(attention, "k_proj.weight").second;
}

std::int64_t anima_head_width(const Weights& attention) {
  const std::vector<std::int64_t> head = attention.shape("q_norm.weight");
  return head.size() == 1 ? head[0] : 0;
}

AnimaAttention load_anima_attention(const Weights& weights, std::int64_t width,
                                    const std::string& out) {
  const std::int64_t head_width = anima_head_width(weights);
  const std::int64_t heads = heads_in(weights, width, head_width, kHeadMultiple);
  const std::int64_t context = anima_context_width(weights);
  return {.q = load_stored_linear(weights, "q_proj", width, width, /*bias=*/false),
          .k = load_stored_linear(weights, "k_proj", context, width, /*bias=*/false),
          .v = load_stored_linear(weights, "v_proj", context, width, /*bias=*/false),
          .out = load_stored_linear(weights, out, width, width, /*bias=*/false),
          .q_norm = load_rms_norm(weights, "q_norm.weight", head_width, kAnimaEps),
          .k_norm = load_rms_norm(weights, "k_norm.weight", head_width, kAnimaEps),
          .heads = heads};
}

}  // namespace ksampler
