// Flux.1 Redux (Black Forest Labs 2024): what SigLIP sees of a picture to tokens of a text.
//
//   redux_down(silu(redux_up(x)))
//
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_STYLE_MODEL_HPP
#define KSAMPLER_MODEL_NETWORK_STYLE_MODEL_HPP

#include "host/model/network/layers.hpp"

#include <cstdint>

namespace ksampler {

class StyleModel {
 public:
  // Throws Error: a tensor missing or misshapen; another style model.
  explicit StyleModel(const Weights& weights);

  // [B,N,width_in()] to [B,N,width()]. Throws Error where it is of another width.
  at::Tensor operator()(const at::Tensor& seen) const;

  std::int64_t width_in() const { return width_in_; }
  std::int64_t width() const { return width_; }
  at::Device device() const { return device_; }

 private:
  std::int64_t width_in_ = 0;
  std::int64_t width_ = 0;
  at::Device device_;
  Embedder embedder_;
};

}  // namespace ksampler

#endif
