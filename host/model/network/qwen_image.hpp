// The transformer of Qwen-Image (Alibaba 2025): picture and text tokens with layers of their own, which
// look at each other in every block (joint_block.hpp).
//
// Places in the picture are counted from its middle, text stands behind them on the diagonal. The
// layers of a picture, which Layered makes, have a number each, and pictures that it looks at those
// before 0. Weights stay as the file keeps them. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_QWEN_IMAGE_HPP
#define KSAMPLER_MODEL_NETWORK_QWEN_IMAGE_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <vector>

namespace ksampler {

class QwenImage : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  explicit QwenImage(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  struct Stream {
    Linear modulation;
    Linear q, k, v, proj;
    RmsNorm q_norm, k_norm;
    GeluMlp mlp;
  };
  struct Block {
    Stream text, picture;
  };

  Stream load_stream(const Weights& weights, bool of_picture) const;
  // What the timestep says to a network: of text and the picture that is made, and of the tokens behind
  // it, `looked_at` of them, where these are told another one.
  struct Told {
    at::Tensor active;          // [B,W]
    at::Tensor active_at_zero;  // undefined: all are told the same
    std::int64_t made = 0;      // tokens of the picture that is made
    std::int64_t looked_at = 0;
  };
  static std::vector<at::Tensor> said_to_pictures(const Linear& modulation, const Told& told);
  void run(const Block& block, at::Tensor& text, at::Tensor& picture, const Told& told,
           const at::Tensor& turns) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t channels_ = 0;
  std::int64_t channels_out_ = 0;
  std::int64_t text_width_ = 0;
  ReferenceMethod trained_ = ReferenceMethod::index;  // with pictures that are looked at
  at::Tensor of_layers_;  // [W], Layered's, beside the timestep; undefined: it makes one picture
  Linear picture_in_, text_in_;
  RmsNorm text_norm_;
  Embedder time_;
  std::vector<Block> blocks_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
