// Attention as Anima's transformer and its adapter have it: of tokens to themselves or to a text, q and
// k normalised, and turned by their tokens' places where they have some.
#ifndef KSAMPLER_MODEL_NETWORK_ANIMA_ATTENTION_HPP
#define KSAMPLER_MODEL_NETWORK_ANIMA_ATTENTION_HPP

#include "host/model/network/layers.hpp"

#include <cstdint>
#include <string>

namespace ksampler {

inline constexpr double kAnimaEps = 1e-6;

struct AnimaAttention {
  Linear q, k, v, out;
  RmsNorm q_norm, k_norm;
  std::int64_t heads = 0;

  // x [B,N,W] looks at `context` [B,M,C]. Turns of the places of both; undefined: they have none.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& context, const at::Tensor& turns,
                        const at::Tensor& context_turns) const;
};

// `width`: of x; `out`: what the last layer is called. Throws Error: a tensor missing or misshapen, a
// width that is no multiple of a head's.
AnimaAttention load_anima_attention(const Weights& weights, std::int64_t width, const std::string& out);

// How wide a text is that it looks at, and its heads are. Throws Error: no such tensor.
std::int64_t anima_context_width(const Weights& attention);
std::int64_t anima_head_width(const Weights& attention);

}  // namespace ksampler

#endif
