// The transformer of Z-Image (Alibaba 2025; Lumina's NextDiT): text and picture are refined each for
// itself, then are one sequence. All norms are RMS norms, also behind attention and feed-forward.
//
//   x <- x + tanh(gate1) norm(attention(norm(x) (1 + scale1)))
//   x <- x + tanh(gate2) norm(w2(silu(w1 h) w3 h)),  h = norm(x) (1 + scale2)
//
// Both are filled up to multiples of 32 tokens by vectors that it has learned. It is told 1 - sigma,
// and its prediction is the negative of a flow's. Weights stay as the file keeps them. Thread rule:
// immutable.
#ifndef KSAMPLER_MODEL_NETWORK_Z_IMAGE_HPP
#define KSAMPLER_MODEL_NETWORK_Z_IMAGE_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <optional>
#include <vector>

namespace ksampler {

class ZImage : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  explicit ZImage(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  struct Block {
    RmsNorm attention_norm1, attention_norm2, feed_norm1, feed_norm2;
    Linear qkv, out;
    RmsNorm q_norm, k_norm;
    Linear w1, w2, w3;
    std::optional<Linear> modulation = {};  // the text's have none: they know no timestep
  };

  Block load_block(const Weights& weights, bool modulated) const;
  std::vector<Block> load_blocks(const Weights& weights, const std::string& list, bool modulated) const;
  at::Tensor run(const Block& block, const at::Tensor& x, const at::Tensor& told,
                 const at::Tensor& turns) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t channels_ = 0;
  std::int64_t text_width_ = 0;
  Linear picture_in_;
  RmsNorm text_norm_;
  Linear text_in_;
  Embedder time_;
  at::Tensor picture_filler_, text_filler_;  // [1,W]
  std::vector<Block> picture_refiner_, text_refiner_, layers_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
