// Anima's transformer (CircleStone 2026): that of Cosmos Predict 2 (NVIDIA 2025, as diffusers and
// ComfyUI have it), for one picture in place of a video, with an adapter in front of its text. The
// picture looks at itself, then at the text; the timestep moves each by a matrix of few columns, and by
// a vector that is the same for all.
//
//   x <- x + gate1 attention(norm(x) (1 + scale1) + shift1)
//   x <- x + gate2 attention(norm(x) (1 + scale2) + shift2, text)
//   x <- x + gate3 mlp(norm(x) (1 + scale3) + shift3)
//
// Weights stay as the file keeps them. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_ANIMA_HPP
#define KSAMPLER_MODEL_NETWORK_ANIMA_HPP

#include "host/model/network/anima_adapter.hpp"
#include "host/model/network/anima_attention.hpp"
#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ksampler {

class Anima : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's, an adapter
  // that gives another width than the blocks take.
  explicit Anima(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  // What the timestep says: up(down(active)) + told.
  struct Modulation {
    Linear down, up;

    std::vector<at::Tensor> operator()(const at::Tensor& active, const at::Tensor& told,
                                       std::int64_t parts) const;
  };
  struct Block {
    Modulation own_told, text_told, feed_told;
    AnimaAttention own, text;
    Linear in, out;
  };

  Modulation load_modulation(const Weights& weights, const std::string& name, std::int64_t parts) const;
  Block load_block(const Weights& weights) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t channels_ = 0;
  std::int64_t head_width_ = 0;
  AnimaAdapter adapter_;
  Linear picture_in_;
  Embedder time_;
  RmsNorm time_norm_;
  std::vector<Block> blocks_;
  Modulation final_told_;
  Linear final_;
};

}  // namespace ksampler

#endif
