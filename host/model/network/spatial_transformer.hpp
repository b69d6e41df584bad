// Attention between all places of a picture, and from them to the text (Rombach et al. 2022,
// section 3.3).
#ifndef KSAMPLER_MODEL_NETWORK_SPATIAL_TRANSFORMER_HPP
#define KSAMPLER_MODEL_NETWORK_SPATIAL_TRANSFORMER_HPP

#include "host/model/network/layers.hpp"

#include <vector>

namespace ksampler {

// Attention whose queries come from `x`, and keys and values from `context`.
struct Attention {
  Linear to_q, to_k, to_v, to_out;
  std::int64_t heads = 1;

  // In the last `unmixed` rows each token attends to itself alone.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& context, std::int64_t unmixed = 0) const;
};
Attention load_attention(const Weights& weights, std::int64_t width, std::int64_t context_width,
                         std::int64_t heads);

// x += self(norm(x));  x += cross(norm(x), text);  x += W2 (a * gelu(g)), [a, g] = W1 norm(x)
struct TransformerBlock {
  LayerNorm norm1, norm2, norm3;
  Attention self, cross;
  Linear feed_in, feed_out;

  // `perturbed`: so many of the last rows are without self-attention between places.
  at::Tensor operator()(at::Tensor x, const at::Tensor& context, std::int64_t perturbed = 0) const;
};

class SpatialTransformer {
 public:
  SpatialTransformer(const Weights& weights, std::int64_t channels, std::int64_t context_width,
                     std::int64_t heads, std::int64_t depth);
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& context,
                        std::int64_t perturbed = 0) const;

 private:
  GroupNorm norm_;
  Linear proj_in_;
  std::vector<TransformerBlock> blocks_;
  Linear proj_out_;
};

}  // namespace ksampler

#endif
