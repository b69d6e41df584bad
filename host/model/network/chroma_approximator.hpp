// What takes the place of Flux.1's modulations in Chroma (Lodestone Rock 2025): one network that gives
// all of them, a vector for each, from the timestep, a guidance, and which one it is.
//
//   x = in([embedding of t, of the guidance, of the index]);  x <- x + out_i(silu(in_i(norm_i(x))))
//
// Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_CHROMA_APPROXIMATOR_HPP
#define KSAMPLER_MODEL_NETWORK_CHROMA_APPROXIMATOR_HPP

#include "host/model/network/layers.hpp"

#include <vector>

namespace ksampler {

class ChromaApproximator {
 public:
  static bool is_in(const Weights& weights);

  // `weights`: the transformer's. Throws Error: a tensor missing or misshapen.
  ChromaApproximator(const Weights& weights, std::int64_t width);

  // `t` and `guidance` [B] float32 to `count` vectors, [B,count,width].
  at::Tensor operator()(const at::Tensor& t, const at::Tensor& guidance, std::int64_t count) const;

 private:
  struct Layer {
    RmsNorm norm;
    Embedder mlp;
  };

  at::TensorOptions options_;
  std::int64_t in_width_ = 0;
  Linear in_, out_;
  std::vector<Layer> layers_;
};

}  // namespace ksampler

#endif
