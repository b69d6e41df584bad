// What stands between Anima's text encoder and its transformer, which was trained on T5's texts
// (CircleStone 2026, as diffusers and ComfyUI have it). The prompt's tokens in T5's vocabulary look at
// what a language model makes of the same prompt:
//
//   x <- x + attention(norm(x));  x <- x + attention(norm(x), text);  x <- x + mlp(norm(x))
//
// A text is filled up with zeros to 512 tokens, which the transformer sees. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_ANIMA_ADAPTER_HPP
#define KSAMPLER_MODEL_NETWORK_ANIMA_ADAPTER_HPP

#include "host/model/network/anima_attention.hpp"
#include "host/model/network/layers.hpp"

#include <cstdint>
#include <vector>

namespace ksampler {

class AnimaAdapter {
 public:
  // Throws Error: a tensor missing or misshapen, another vocabulary.
  explicit AnimaAdapter(const Weights& weights);

  std::int64_t text_width() const { return text_width_; }
  std::int64_t width() const { return width_; }  // of what it gives

  // `text` [B,S,text_width()], the language model's; `tokens` [B,T] int64, T5's; `weights` [B,T], what
  // each token's part is multiplied by. To [B,max(T,512),width()], of the text's type.
  at::Tensor operator()(const at::Tensor& text, const at::Tensor& tokens,
                        const at::Tensor& weights) const;

 private:
  struct Block {
    RmsNorm own_norm, text_norm, feed_norm;
    AnimaAttention own, text;
    Linear in, out;
  };

  Block load_block(const Weights& weights) const;

  std::int64_t width_ = 0;
  std::int64_t text_width_ = 0;
  std::int64_t head_width_ = 0;
  at::Tensor table_;  // [vocabulary,W]
  std::vector<Block> blocks_;
  Linear out_;
  RmsNorm norm_;
};

}  // namespace ksampler

#endif
