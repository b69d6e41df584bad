// What Qwen2.5-VL sees pictures with (Bai et al. 2025, 2502.13923): patches of 14 by 14 pixels, of
// which 2 by 2 become one vector as wide as a text's tokens are, to stand among those. Attention is
// within windows of 8 by 8 patches, and over the whole picture in each eighth block.
//
//   x <- x + proj(attention(q, k, v of norm1(x)));   x <- x + down(silu(gate(h)) up(h)),  h = norm2(x)
//
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_QWEN_VISION_HPP
#define KSAMPLER_MODEL_NETWORK_QWEN_VISION_HPP

#include "host/model/network/language_vision.hpp"
#include "host/model/network/layers.hpp"

#include <cstdint>
#include <vector>

namespace ksampler {

class QwenVision : public LanguageVision {
 public:
  // `own`: its tensors. `width`: of a text's tokens. Throws Error: a tensor missing or misshapen.
  QwenVision(const Weights& own, std::int64_t width);

  SeenPicture operator()(const at::Tensor& picture) const override;

 private:
  struct Block {
    RmsNorm norm1, norm2;
    Linear qkv, proj;
    Linear gate, up, down;
  };

  Block load_block(const Weights& weights) const;
  at::Tensor run(const Block& block, const at::Tensor& x, const at::Tensor& turns,
                 const std::vector<std::int64_t>& parts) const;

  std::int64_t width_ = 0;
  at::Device device_;
  Linear patches_;
  std::vector<Block> blocks_;
  RmsNorm merged_norm_;
  Linear merged_in_, merged_out_;
};

}  // namespace ksampler

#endif
