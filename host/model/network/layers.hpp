// The layers that the networks are made of: weights, and what is done with them. Each is loaded by a
// function that knows the shapes that it must have, and is called like a function.
#ifndef KSAMPLER_MODEL_NETWORK_LAYERS_HPP
#define KSAMPLER_MODEL_NETWORK_LAYERS_HPP

#include "host/model/network/weights.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace ksampler {

// The same values in memory as [B,H,W,C]; layers keep that order. oneDNN and cuDNN convolve in it as it
// is, where they would make reordered copies of the other.
at::Tensor channels_last(const at::Tensor& x);

struct Conv {
  at::Tensor weight;  // [out,in,k,k]
  at::Tensor bias;
  std::int64_t stride = 1;
  std::int64_t padding = 0;

  at::Tensor operator()(const at::Tensor& x) const;
  std::int64_t channels_out() const { return weight.size(0); }
};
// A kernel of `size` by `size`, padded so that at stride 1 the picture keeps its size.
Conv load_conv(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
               std::int64_t size, std::int64_t stride = 1);

struct Linear {
  at::Tensor weight;  // [out,in]
  at::Tensor bias;    // may be undefined

  at::Tensor operator()(const at::Tensor& x) const;
};
Linear load_linear(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                   bool bias = true);

// A Linear whose weight some files store as a 1 by 1 convolution: [out,in,1,1].
Linear load_pointwise(const Weights& weights, const std::string& name, std::int64_t in,
                      std::int64_t out);

// Over 32 groups of channels, as all networks of this family.
struct GroupNorm {
  at::Tensor weight;
  at::Tensor bias;
  double eps = 1e-5;

  at::Tensor operator()(const at::Tensor& x) const;
};
// silu(norm(x)), in the memory of one result.
at::Tensor silu_norm(const GroupNorm& norm, const at::Tensor& x);
GroupNorm load_group_norm(const Weights& weights, const std::string& name, std::int64_t channels,
                          double eps);

struct LayerNorm {
  at::Tensor weight;
  at::Tensor bias;

  at::Tensor operator()(const at::Tensor& x) const;
};
LayerNorm load_layer_norm(const Weights& weights, const std::string& name, std::int64_t width);

// softmax(q k^T / sqrt(d)) v over `heads` heads; q [B,N,heads*d], k and v [B,M,heads*d].
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t heads);

// [B,C,H,W] to tokens [B,H*W,C], and back to the shape of `like` (its batch, height and width).
at::Tensor to_tokens(const at::Tensor& x);
at::Tensor from_tokens(const at::Tensor& tokens, const at::Tensor& like);

// [cos, sin] of t * 10000^(-i / (width/2)) (Vaswani et al. 2017, as DDPM has it); `t` [N] to [N,width].
at::Tensor sinusoidal_embedding(const at::Tensor& t, std::int64_t width);

}  // namespace ksampler

#endif
