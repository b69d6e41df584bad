// A block of two streams of tokens, text and picture, each with layers of its own, which look at each
// other (Esser et al. 2024): what Flux.1, Flux.2 and Qwen-Image have in common.
//
//   x <- x + gate1 proj(attention(q, k, v of norm(x) (1 + scale1) + shift1)), of both streams
//   x <- x + gate2 mlp(norm(x) (1 + scale2) + shift2)
#ifndef KSAMPLER_MODEL_NETWORK_JOINT_BLOCK_HPP
#define KSAMPLER_MODEL_NETWORK_JOINT_BLOCK_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/rotary.hpp"

#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <array>
#include <optional>
#include <vector>

namespace ksampler {

// One of the two. `said`: shift1, scale1, gate1, shift2, scale2, gate2, [B,1,W] each.
template <typename Stream>
struct JointPart {
  const Stream& layers;  // with a `proj` and an `mlp`
  at::Tensor& tokens;    // [B,N,W]; changed
  std::vector<at::Tensor> said;
};

// `parts`: text, then picture. `qkv_of(layers, normed)`: q, k and v, [B,heads,N,d] each, q and k
// normalised. `turns`: of the places of both. `bias`: of how each token looks at each (token_bias.hpp).
template <typename Stream, typename QkvOf>
void run_joint_block(const std::array<JointPart<Stream>, 2>& parts, const at::Tensor& turns,
                     const QkvOf& qkv_of, const std::optional<at::Tensor>& bias = {}) {
  std::array<std::vector<at::Tensor>, 3> qkv;
  for (const JointPart<Stream>& part : parts) {
    const at::Tensor normed = modulated_norm(part.tokens, part.said[1], part.said[0]);
    const std::vector<at::Tensor> own = qkv_of(part.layers, normed);
    for (std::size_t i = 0; i < qkv.size(); ++i) qkv.at(i).push_back(own[i]);
  }
  const at::Tensor mixed = joined_heads(at::scaled_dot_product_attention(
      turned(at::cat(qkv[0], 2), turns), turned(at::cat(qkv[1], 2), turns), at::cat(qkv[2], 2), bias));
  std::int64_t first = 0;
  for (const JointPart<Stream>& part : parts) {
    at::Tensor& x = part.tokens;
    x = at::addcmul(x, part.said[2], part.layers.proj(mixed.narrow(1, first, x.size(1))));
    first += x.size(1);
    const at::Tensor normed = modulated_norm(x, part.said[4], part.said[3]);
    x = at::addcmul(x, part.said[5], part.layers.mlp(normed));
  }
}

}  // namespace ksampler

#endif
