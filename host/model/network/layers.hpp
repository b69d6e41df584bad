// The layers that the networks are made of: weights, and what is done with them. Each is loaded by a
// function that knows the shapes that it must have, and is called like a function.
#ifndef KSAMPLER_MODEL_NETWORK_LAYERS_HPP
#define KSAMPLER_MODEL_NETWORK_LAYERS_HPP

#include "host/model/network/stored_weight.hpp"
#include "host/model/network/weights.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

// The same values in memory as [B,H,W,C]; layers keep that order. oneDNN and cuDNN convolve in it as it
// is, where they would make reordered copies of the other.
at::Tensor channels_last(const at::Tensor& x);

struct Conv {
  at::Tensor weight = {};  // [out,in,k,k]; undefined where it is made when it is used
  at::Tensor bias = {};
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::shared_ptr<const StoredWeight> stored = {};

  at::Tensor operator()(const at::Tensor& x) const;
  std::int64_t channels_out() const { return (weight.defined() ? weight : bias).size(0); }
};
// A kernel of `size` by `size`, padded so that at stride 1 the picture keeps its size.
Conv load_conv(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
               std::int64_t size, std::int64_t stride = 1);

struct Linear {
  at::Tensor weight = {};  // [out,in]; undefined where it is stored narrower than it is computed with
  at::Tensor bias = {};    // may be undefined
  std::shared_ptr<const StoredWeight> stored = {};

  at::Tensor operator()(const at::Tensor& x) const;
};
Linear load_linear(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out,
                   bool bias = true);

// The same with its weight kept as the file has it.
Linear load_stored_linear(const Weights& weights, const std::string& name, std::int64_t in,
                          std::int64_t out, bool bias = true);

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
  double eps = 1e-5;

  at::Tensor operator()(const at::Tensor& x) const;
};
LayerNorm load_layer_norm(const Weights& weights, const std::string& name, std::int64_t width,
                          double eps = 1e-5);

// x / sqrt(mean(x^2) + eps) * weight, over the last dimension (Zhang and Sennrich 2019).
struct RmsNorm {
  at::Tensor weight;
  double eps = 1e-6;

  at::Tensor operator()(const at::Tensor& x) const;
};
// `name`: the whole of it, as files call it "weight" or "scale".
RmsNorm load_rms_norm(const Weights& weights, const std::string& name, std::int64_t width, double eps);

// The same of files that have the weight less 1, in float32 whatever x is.
struct OffsetRmsNorm {
  at::Tensor factor;  // 1 + weight, float32
  double eps = 1e-6;

  at::Tensor operator()(const at::Tensor& x) const;
};
OffsetRmsNorm load_offset_rms_norm(const Weights& weights, const std::string& name, std::int64_t width,
                                   double eps);

// A layer norm without weight and bias, whose place is taken by what the timestep says:
// norm(x) (1 + scale) + shift (Peebles and Xie 2022). x [B,N,W], scale and shift [B,1,W].
at::Tensor modulated_norm(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift);

// What the timestep says to a block, in equal parts: shifts, scales and gates. `active` [B,W] to
// `count` tensors [B,1,V].
std::vector<at::Tensor> modulation_parts(const Linear& modulation, const at::Tensor& active,
                                         std::int64_t count);

// out(gelu(in(x))), gelu by its approximation with tanh (Hendrycks and Gimpel 2016).
struct GeluMlp {
  Linear in, out;

  at::Tensor operator()(const at::Tensor& x) const;
};

// silu(a) b of the two halves a and b of each token (SwiGLU: Shazeer 2020).
at::Tensor silu_gated(const at::Tensor& halves);

// out(silu(a) b), a and b the halves of in(x).
struct GatedMlp {
  Linear in, out;

  at::Tensor operator()(const at::Tensor& x) const;
};

// out(silu(in(x)))
struct Embedder {
  Linear in, out;

  at::Tensor operator()(const at::Tensor& x) const;
};

// The sizes of a weight [out,in]. Throws Error where it is no matrix.
std::pair<std::int64_t, std::int64_t> matrix_sizes(const Weights& weights, const std::string& name);

// A table with a row for each token, [vocabulary,W], in the file's type where that is of 16 bits or
// more, else in float16: rows are taken of it.
at::Tensor load_token_table(const Weights& weights, const std::string& name);

// A tensor in the file's type where that is narrower than what is computed with.
at::Tensor load_narrow(const Weights& weights, const std::string& name, at::IntArrayRef shape);

// A vector that some files have as a matrix of one row: [1,W].
at::Tensor load_row(const Weights& weights, const std::string& name, std::int64_t width);

// How many follow each other: tensors "list0.", "list1.", ...
std::int64_t count_of(const Weights& weights, const std::string& list);

// How many heads of `head_width` a transformer of `width` has. Throws Error where they do not fill it,
// or are not a multiple of `multiple` wide, as its rotary positions need.
std::int64_t heads_in(const Weights& weights, std::int64_t width, std::int64_t head_width,
                      std::int64_t multiple);

// [B,N,K*heads*d] to K tensors [B,heads,N,d], such as q, k and v; and [B,heads,N,d] back to
// [B,N,heads*d].
std::vector<at::Tensor> heads_of(const at::Tensor& tokens, std::int64_t parts, std::int64_t heads);
at::Tensor joined_heads(const at::Tensor& x);

// softmax(q k^T / sqrt(d)) v over `heads` heads; q [B,N,heads*d], k and v [B,M,heads*d].
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t heads);

// [B,C,H,W] to tokens [B,H*W,C], and back to the shape of `like` (its batch, height and width).
at::Tensor to_tokens(const at::Tensor& x);
at::Tensor from_tokens(const at::Tensor& tokens, const at::Tensor& like);

// [cos, sin] of t * 10000^(-i / (width/2)) (Vaswani et al. 2017, as DDPM has it); `t` [N] to [N,width].
at::Tensor sinusoidal_embedding(const at::Tensor& t, std::int64_t width);

}  // namespace ksampler

#endif
