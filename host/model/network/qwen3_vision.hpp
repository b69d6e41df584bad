// What Qwen3-VL sees pictures with (Alibaba 2025, 2511.21631): patches of 16 by 16 pixels, of which 2
// by 2 become one vector as wide as a text's tokens are. Each patch sees all of the picture. Beside
// what comes out at its end, what comes out of some blocks before it goes to the language model, too.
//
//   x <- x + proj(attention(q, k, v of norm1(x)));   x <- x + fc2(gelu(fc1(norm2(x))))
//
// To a patch is added what its row and column have in a learned table, stretched to the picture.
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_QWEN3_VISION_HPP
#define KSAMPLER_MODEL_NETWORK_QWEN3_VISION_HPP

#include "host/model/network/language_vision.hpp"
#include "host/model/network/layers.hpp"

#include <cstdint>
#include <vector>

namespace ksampler {

class Qwen3Vision : public LanguageVision {
 public:
  static bool is_in(const Weights& own);

  // `own`: its tensors. `width`: of a text's tokens. Throws Error: a tensor missing or misshapen.
  Qwen3Vision(const Weights& own, std::int64_t width);

  SeenPicture operator()(const at::Tensor& picture) const override;

 private:
  struct Block {
    LayerNorm norm1, norm2;
    Linear qkv, proj;
    GeluMlp mlp;
  };
  // Four patches to one token: out(gelu(in(patches side by side))).
  struct Merger {
    LayerNorm norm;
    Linear in, out;
  };

  Block load_block(const Weights& weights) const;
  Merger load_merger(const Weights& weights, std::int64_t normed, std::int64_t width) const;
  at::Tensor merged(const Merger& merger, const at::Tensor& x) const;
  static at::Tensor run(const Block& block, const at::Tensor& x, const at::Tensor& turns);

  std::int64_t width_ = 0;
  at::Device device_;
  Linear patches_;
  at::Tensor places_;  // [1,W,side,side] float32
  std::vector<Block> blocks_;
  Merger merger_;
  std::vector<Merger> deep_;
};

}  // namespace ksampler

#endif
