// The transformer of Flux.1 (Black Forest Labs 2024), and of Chroma: picture and text tokens, first
// each with layers of their own that look at each other (double blocks), then as one sequence (single
// blocks).
//
//   c     = time(t) + guidance(g) + vector(pooled);  six or three numbers of it modulate each block
//   double: x <- x + gate1 proj(attention(q, k, v of norm(x) (1 + scale1) + shift1)), of both streams
//           x <- x + gate2 mlp(norm(x) (1 + scale2) + shift2)
//   single: q, k, v, h = in(norm(x) (1 + scale) + shift);  x <- x + gate out([attention, gelu(h)])
//
// q and k are normalised (RMS) and turned by their place in the picture; text has no place. Weights
// stay as the file keeps them. Every size is read off the tensors. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_FLUX_HPP
#define KSAMPLER_MODEL_NETWORK_FLUX_HPP

#include "host/model/network/chroma_approximator.hpp"
#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <optional>
#include <vector>

namespace ksampler {

class Flux : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  explicit Flux(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  struct Stream {  // what picture and text have each in a double block
    Linear modulation, qkv, proj;
    GeluMlp mlp;
    RmsNorm query_norm, key_norm;
  };
  struct DoubleBlock {
    Stream picture, text;
  };
  struct SingleBlock {
    Linear modulation, in, out;
    RmsNorm query_norm, key_norm;
  };

  // What the timestep says to each block, and behind them: shifts, scales and gates.
  struct Said {
    std::vector<std::vector<at::Tensor>> picture, text, single;
    std::vector<at::Tensor> last;
  };

  Stream load_stream(const Weights& weights, const std::string& name) const;
  // Chroma's blocks have none.
  Linear load_modulation(const Weights& weights, const std::string& name, std::int64_t count) const;
  SingleBlock load_single(const Weights& weights) const;
  at::Tensor condition(const NetworkInput& input) const;
  Said say(const NetworkInput& input) const;
  Said say_of_chroma(const NetworkInput& input) const;
  at::Tensor run(const SingleBlock& block, const at::Tensor& x, const std::vector<at::Tensor>& said,
                 const at::Tensor& turns, const std::optional<at::Tensor>& bias) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t hidden_ = 0;  // of the blocks' mlp
  std::int64_t channels_ = 0;
  std::int64_t channels_out_ = 0;
  std::int64_t text_width_ = 0;
  std::int64_t pooled_width_ = 0;
  Linear picture_in_, text_in_;
  Embedder time_, pooled_;
  std::optional<Embedder> guidance_;                // of those that were distilled from guided ones
  std::optional<ChromaApproximator> approximator_;  // in place of these, and of all modulations
  std::vector<DoubleBlock> double_blocks_;
  std::vector<SingleBlock> single_blocks_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
