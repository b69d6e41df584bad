#include "host/model/network/spatial_transformer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>

namespace ksampler {
namespace {

constexpr std::int64_t kFeedForward = 4;  // the hidden width, in widths

TransformerBlock load_transformer_block(const Weights& weights, std::int64_t width,
                                        std::int64_t context_width, std::int64_t heads) {
  const std::int64_t hidden = kFeedForward * width;
  return {.norm1 = load_layer_norm(weights, "norm1", width),
          .norm2 = load_layer_norm(weights, "norm2", width),
          .norm3 = load_layer_norm(weights, "norm3", width),
          .self = load_attention(weights.within("attn1."), width, width, heads),
          .cross = load_attention(weights.within("attn2."), width, context_width, heads),
          .feed_in = load_linear(weights, "ff.net.0.proj", width, 2 * hidden),
          .feed_out = load_linear(weights, "ff.net.2", hidden, width)};
}

}  // namespace

Attention load_attention(const Weights& weights, std::int64_t width, std::int64_t context_width,
                         std::int64_t heads) {
  return {.to_q = load_linear(weights, "to_q", width, width, /*bias=*/false),
          .to_k = load_linear(weights, "to_k", context_width, width, /*bias=*/false),
          .to_v = load_linear(weights, "to_v", context_width, width, /*bias=*/false),
          .to_out = load_linear(weights, "to_out.0", width, width),
          .heads = heads};
}

at::Tensor Attention::operator()(const at::Tensor& x, const at::Tensor& context,
                                 std::int64_t unmixed) const {
  const at::Tensor v = to_v(context);
  const std::int64_t mixed = x.size(0) - unmixed;
  if (unmixed == 0) return to_out(attention(to_q(x), to_k(context), v, heads));
  // A map that is the identity gives the values themselves.
  const at::Tensor own = v.narrow(0, mixed, unmixed);
  if (mixed == 0) return to_out(own);
  const auto rows = [&](const at::Tensor& all) { return all.narrow(0, 0, mixed); };
  return to_out(at::cat({attention(to_q(rows(x)), to_k(rows(context)), rows(v), heads), own}));
}

at::Tensor TransformerBlock::operator()(at::Tensor x, const at::Tensor& context,
                                        std::int64_t perturbed) const {
  const at::Tensor normed = norm1(x);
  x = self(normed, normed, perturbed).add_(x);
  x = cross(norm2(x), context).add_(x);
  const std::vector<at::Tensor> halves = feed_in(norm3(x)).chunk(2, -1);
  return feed_out(at::gelu(halves[1]).mul_(halves[0])).add_(x);
}

SpatialTransformer::SpatialTransformer(const Weights& weights, std::int64_t channels,
                                       std::int64_t context_width, std::int64_t heads,
                                       std::int64_t depth)
    : norm_(load_group_norm(weights, "norm", channels, 1e-6)),
      proj_in_(load_pointwise(weights, "proj_in", channels, channels)),
      proj_out_(load_pointwise(weights, "proj_out", channels, channels)) {
  for (std::int64_t i = 0; i < depth; ++i) {
    blocks_.push_back(
        load_transformer_block(weights.within("transformer_blocks." + std::to_string(i) + "."),
                               channels, context_width, heads));
  }
}

at::Tensor SpatialTransformer::operator()(const at::Tensor& x, const at::Tensor& context,
                                          std::int64_t perturbed) const {
  at::Tensor tokens = proj_in_(to_tokens(norm_(x)));
  for (const TransformerBlock& block : blocks_) tokens = block(std::move(tokens), context, perturbed);
  return x + from_tokens(proj_out_(tokens), x);
}

}  // namespace ksampler
