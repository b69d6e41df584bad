// The transformer of Qwen-Image 2.1 (Alibaba 2026): one sequence of text, pictures that are looked at
// among it, and the picture that is made as its last.
//
//   x <- x + tanh(gate1) attention(norm(x) (1 + scale1));  x <- x + tanh(gate2) mlp(norm(x) (1 +
//   scale2))
//
// One set of scales and gates is for all blocks. What is not made is told the timestep 0. A token of
// text sees those before it, one of a picture all of its picture, too. Places in a picture are counted
// from its middle; along the first axis it stands where the text before it ends. Weights stay as the
// file keeps them. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_QWEN_IMAGE21_HPP
#define KSAMPLER_MODEL_NETWORK_QWEN_IMAGE21_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <optional>
#include <vector>

namespace ksampler {

class QwenImage21 : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  explicit QwenImage21(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  // Files of ComfyUI have the gate and what it gates in one matrix, diffusers' in two.
  struct Feed {
    Linear both = {}, gate = {}, up = {};
    Linear out;
    bool fused = false;

    at::Tensor operator()(const at::Tensor& x) const;
  };
  struct Block {
    Linear q, k, v, proj;
    RmsNorm q_norm, k_norm;
    Feed feed;
  };
  // Tokens that follow each other: of text, or of one picture.
  struct Run {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::optional<at::Tensor> seen = {};  // [count, first + count] of text, which looks back alone
  };
  struct Sequence {
    at::Tensor tokens;  // [B,N,W]
    at::Tensor places;  // [N,3] float32
    std::vector<Run> runs;
  };

  Feed load_feed(const Weights& weights) const;
  Block load_block(const Weights& weights) const;
  Sequence sequence(const NetworkInput& input) const;
  // For each of the timesteps [B]: [B,W].
  at::Tensor told(const at::Tensor& timesteps) const;
  at::Tensor mixed(const Block& block, const at::Tensor& x, const at::Tensor& turns,
                   const std::vector<Run>& runs) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t channels_ = 0;
  std::int64_t text_width_ = 0;
  OffsetRmsNorm text_norm_;
  GeluMlp text_in_;
  Linear picture_in_;
  Embedder time_;
  Linear modulation_;
  std::vector<Block> blocks_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
