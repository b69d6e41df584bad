// Krea 2's transformer (Krea 2026, as diffusers and ComfyUI have it). The text comes as several layers
// of a language model beside each other: for each token attention over those makes them one, then text
// and picture are one sequence of equal blocks, which the timestep moves by one vector for all and a
// row of each block's own.
//
//   x <- x + gate1 attention((1 + scale1) norm(x) + shift1);  x <- x + gate2 mlp((1 + scale2) norm(x) +
//   shift2),  attention(h) = out(softmax(q k^T) v sigmoid(gate(h))),  several heads of q to one of k
//   and v
//
// Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_KREA2_HPP
#define KSAMPLER_MODEL_NETWORK_KREA2_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ksampler {

class Krea2 : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  explicit Krea2(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  struct Attention {
    Linear q, k, v, gate, out;
    OffsetRmsNorm q_norm, k_norm;
    std::int64_t heads = 0;
    std::int64_t shared_heads = 0;  // of k and v
  };
  struct Block {
    OffsetRmsNorm attention_norm, feed_norm;
    Attention attention;
    Linear gate, up, down;
    at::Tensor told = {};  // [6 W], what is its own of what the timestep says; undefined: it knows none
  };

  static OffsetRmsNorm load_norm(const Weights& weights, const std::string& name, std::int64_t width);
  static Attention load_attention(const Weights& weights, std::int64_t width);
  static Block load_block(const Weights& weights, std::int64_t width);
  static std::vector<Block> load_blocks(const Weights& weights, const std::string& list,
                                        std::int64_t width);
  // `turns`: of places; undefined: it knows none.
  static at::Tensor mixed(const Attention& attention, const at::Tensor& x, const at::Tensor& turns);
  static at::Tensor fed(const Block& block, const at::Tensor& x);
  static at::Tensor run(const Block& block, const at::Tensor& x);
  static at::Tensor run(const Block& block, const at::Tensor& x, const at::Tensor& told,
                        const at::Tensor& turns);
  at::Tensor text_of(const at::Tensor& layers) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t channels_ = 0;
  std::int64_t text_layers_ = 0;
  std::int64_t text_width_ = 0;  // of one layer
  std::int64_t head_width_ = 0;
  Linear picture_in_;
  GeluMlp time_;
  Linear time_to_blocks_;
  std::vector<Block> layerwise_, refiner_;
  Linear text_projector_;
  OffsetRmsNorm text_norm_;
  GeluMlp text_in_;
  std::vector<Block> blocks_;
  OffsetRmsNorm final_norm_;
  at::Tensor final_told_;  // [2,W]
  Linear final_;
};

}  // namespace ksampler

#endif
