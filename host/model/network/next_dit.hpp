// Lumina's NextDiT: the transformer of Lumina-Image 2.0 (Qin et al. 2025) and of Z-Image (Alibaba
// 2025). Text and picture are refined each for itself, then are one sequence. All norms are RMS norms,
// also behind attention and feed-forward; several heads of q may share one of k and v.
//
//   x <- x + tanh(gate1) norm(attention(norm(x) (1 + scale1)))
//   x <- x + tanh(gate2) norm(w2(silu(w1 h) w3 h)),  h = norm(x) (1 + scale2)
//
// Where the file has vectors for it, both are filled up by them to multiples of 32 tokens (Z-Image). It
// is told 1 - sigma, and its prediction is the negative of a flow's. Weights stay as the file keeps
// them. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_NEXT_DIT_HPP
#define KSAMPLER_MODEL_NETWORK_NEXT_DIT_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// What no tensor shows.
struct NextDitOptions {
  double time_factor = 1.0;            // the timestep is embedded as if it went to this
  double theta = 10'000.0;             // of the turns
  std::array<std::int64_t, 3> axes{};  // shares of a head: the picture's index, row and column
  std::int64_t head_multiple = 2;      // a head's width is one of it, so that its parts are of pairs
};

class NextDit : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  NextDit(const Weights& weights, const NextDitOptions& options);

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
  at::Tensor mixed(const Block& block, const at::Tensor& x, const at::Tensor& turns) const;
  at::Tensor run(const Block& block, const at::Tensor& x, const at::Tensor& told,
                 const at::Tensor& turns) const;

  NextDitOptions kind_;
  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t shared_width_ = 0;  // of all heads of k, and of v
  bool activates_ = false;         // what the timestep says goes through silu before each block's layer
  std::int64_t channels_ = 0;
  std::int64_t text_width_ = 0;
  Linear picture_in_;
  RmsNorm text_norm_;
  Linear text_in_;
  Embedder time_;
  at::Tensor picture_filler_, text_filler_;  // [1,W]; undefined: nothing is filled up
  std::vector<Block> picture_refiner_, text_refiner_, layers_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
