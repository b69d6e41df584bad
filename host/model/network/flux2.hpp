// The transformer of Flux.2 (Black Forest Labs 2025): klein and dev. As Flux.1's, but for
//
//   what the timestep says, which is computed once for all blocks of a kind;
//   mlps that are gated, out(silu(a) b), without biases; no pooled text;
//   places of four axes, (index, row, column, word): a picture has the first three, text the last.
//
// A token is a cell of the latent. A picture that is looked at has an index of its own: 10, 20, ...
// Weights stay as the file keeps them. Every size is read off the tensors. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_FLUX2_HPP
#define KSAMPLER_MODEL_NETWORK_FLUX2_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <optional>
#include <vector>

namespace ksampler {

class Flux2 : public Network {
 public:
  // Throws Error: a tensor missing or misshapen, a width that is no multiple of a head's.
  explicit Flux2(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  struct Stream {  // what picture and text have each in a double block
    Linear qkv, proj;
    GatedMlp mlp;
    RmsNorm query_norm, key_norm;
  };
  struct DoubleBlock {
    Stream text, picture;
  };
  struct SingleBlock {
    Linear in, out;
    RmsNorm query_norm, key_norm;
  };

  Stream load_stream(const Weights& weights, const std::string& name) const;
  SingleBlock load_single(const Weights& weights) const;
  Linear load(const Weights& weights, const std::string& name, std::int64_t in, std::int64_t out) const;
  Embedder load_embedder(const Weights& weights, const std::string& name) const;
  at::Tensor condition(const NetworkInput& input) const;
  at::Tensor run(const SingleBlock& block, const at::Tensor& x, const std::vector<at::Tensor>& said,
                 const at::Tensor& turns) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t hidden_ = 0;  // of the blocks' mlp
  std::int64_t channels_ = 0;
  std::int64_t channels_out_ = 0;
  std::int64_t text_width_ = 0;
  Linear picture_in_, text_in_;
  Embedder time_;
  std::optional<Embedder> guidance_;  // of those that were distilled from guided ones
  Linear picture_modulation_, text_modulation_, single_modulation_;
  std::vector<DoubleBlock> double_blocks_;
  std::vector<SingleBlock> single_blocks_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
