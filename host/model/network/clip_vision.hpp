// What CLIP (Radford et al. 2021) and SigLIP (Zhai et al. 2023, 2303.15343) see pictures with: patches
// to a vector for each, and with CLIP, one for all. Pre-norm blocks; 16 heads; every size is read off
// the tensors, which have transformers' names.
//
//   x = patches, CLIP's behind a vector of its own, + position_embedding;  CLIP: x = norm(x)
//   x <- x + out(attention(q, k, v of norm1(x)));   x <- x + fc2(gelu(fc1(norm2(x))))      for each
//   layer
//
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_CLIP_VISION_HPP
#define KSAMPLER_MODEL_NETWORK_CLIP_VISION_HPP

#include "host/model/network/layers.hpp"

#include <cstdint>
#include <vector>

namespace ksampler {

// What networks take of pictures, as ComfyUI names it. N: patches, with CLIP one more before them.
struct ClipVisionOutput {
  at::Tensor last_hidden;  // [B,N,W], of the last layer; SigLIP's behind its final norm
  at::Tensor penultimate;  // [B,N,W], of the layer before it, without a norm
  // CLIP: [B,P], of its own vector behind the final norm, projected. SigLIP: last_hidden.
  at::Tensor image_embeds;
};

class ClipVision {
 public:
  // Throws Error: no layers, a tensor missing or misshapen, a width that is no multiple of 16, a number
  // of places that is no square.
  explicit ClipVision(const Weights& all);

  // `pictures` [B,H,W,3 or 4], 0 to 1, of any size. `crop`: the middle of them, else they are
  // stretched.
  ClipVisionOutput operator()(const at::Tensor& pictures, bool crop) const;
  // The same scaled, rounded to 8 bits, less its mean and over its deviation: [B,3,S,S].
  at::Tensor prepared(const at::Tensor& pictures, bool crop) const;

  bool is_siglip() const { return !class_token_.defined(); }
  std::int64_t width() const { return width_; }
  std::int64_t side() const { return side_; }  // S, in pixels
  std::uint64_t bytes() const { return bytes_; }
  at::Device device() const { return patches_.weight.device(); }

 private:
  struct Layer {
    LayerNorm norm1, norm2;
    Linear q, k, v, out;
    Linear fc1, fc2;
  };

  void load_places(const Weights& weights);
  Layer load_layer(const Weights& weights) const;
  at::Tensor embedded(const at::Tensor& prepared) const;
  at::Tensor active(const at::Tensor& x) const;
  at::Tensor run(const Layer& layer, const at::Tensor& x) const;

  std::int64_t width_ = 0;
  std::int64_t side_ = 0;
  double eps_ = 0.0;
  std::uint64_t bytes_ = 0;
  Conv patches_;
  at::Tensor class_token_;  // [W]; undefined: SigLIP
  at::Tensor places_;       // [N,W]
  LayerNorm first_norm_;    // CLIP's
  std::vector<Layer> layers_;
  LayerNorm final_norm_;
  Linear projection_;  // CLIP's
};

}  // namespace ksampler

#endif
