// The encoder of T5 (Raffel et al. 2020; version 1.1) and of UMT5 (Chung et al. 2023): tokens to a
// vector for each. Norms are RMS norms in front of each layer; attention is not scaled, and what it
// adds for the distance of two tokens is learned, by the first layer for all (T5) or by each (UMT5).
//
//   x <- x + o(softmax(q k^T + bias) v);   x <- x + wo(gelu(wi_0 h) wi_1 h),  h = norm(x)
//
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_T5_TEXT_HPP
#define KSAMPLER_MODEL_NETWORK_T5_TEXT_HPP

#include "host/model/network/layers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ksampler {

class T5Text {
 public:
  // Throws Error: a tensor missing or misshapen.
  explicit T5Text(const Weights& weights);

  // `tokens` [B,T] int64 to [B,T,W] float32. `last`: the layer whose output is taken and normed, from
  // the end.
  at::Tensor operator()(const at::Tensor& tokens, std::int64_t last = -1) const;

  std::int64_t layers() const { return static_cast<std::int64_t>(layers_.size()); }
  std::int64_t width() const { return width_; }
  std::int64_t vocabulary() const { return table_.size(0); }
  std::uint64_t bytes() const { return bytes_; }
  at::Device device() const { return table_.device(); }

 private:
  struct Layer {
    RmsNorm attention_norm, feed_norm;
    Linear q, k, v, o;
    at::Tensor distances = {};  // [buckets,heads]; undefined: those of the layer before
    Linear in, out;
    std::optional<Linear> gate = {};
  };

  Layer load_layer(const Weights& weights, std::int64_t inner) const;
  at::Tensor run(const Layer& layer, const at::Tensor& x, const at::Tensor& bias) const;

  std::int64_t width_ = 0;
  std::int64_t heads_ = 0;
  std::uint64_t bytes_ = 0;
  std::shared_ptr<const TensorFile> file_;
  at::Tensor table_;  // [vocabulary,W]
  std::vector<Layer> layers_;
  RmsNorm final_norm_;
};

}  // namespace ksampler

#endif
