// The transformer of Stable Diffusion 3 and 3.5 (Esser et al. 2024, "MMDiT"): picture and text tokens
// with layers of their own, which look at each other in every block.
//
//   c = time(t) + vector(pooled);  places are learned, a table of which the middle is taken
//   x <- x + gate1 proj(attention(q, k, v of norm(x) (1 + scale1) + shift1)), of both streams
//   x <- x + gate2 mlp(norm(x) (1 + scale2) + shift2)
//
// Of 3.5's, q and k are normalised; in its medium size the first blocks' pictures look at themselves a
// second time. The last block has no use for the text it would give. Weights stay as the file keeps
// them. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_SD3_HPP
#define KSAMPLER_MODEL_NETWORK_SD3_HPP

#include "host/model/network/layers.hpp"
#include "host/model/network/network.hpp"

#include <optional>
#include <vector>

namespace ksampler {

class Sd3 : public Network {
 public:
  // The width of heads is read off the tensors where q and k are normalised; else it is 64, or what the
  // file's metadata says ("ksampler.head_width"). Throws Error: a tensor missing or misshapen.
  explicit Sd3(const Weights& weights);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return options_; }
  // Throws Error for a latent that is larger than its table of places.
  void check_size(at::IntArrayRef shape) const override;
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  struct Attention {
    Linear qkv;
    std::optional<Linear> proj = {};
    std::optional<RmsNorm> q_norm = {}, k_norm = {};
  };
  struct Stream {
    Linear modulation;
    Attention attention;
    std::optional<Attention> second = {};
    std::optional<GeluMlp> mlp = {};
  };
  struct Block {
    Stream text, picture;
  };

  Attention load_attention(const Weights& weights, bool with_proj) const;
  Stream load_stream(const Weights& weights, bool of_picture) const;
  std::vector<at::Tensor> qkv_of(const Attention& attention, const at::Tensor& normed) const;
  void run(const Block& block, at::Tensor& text, at::Tensor& picture, const at::Tensor& active) const;
  at::Tensor places(std::int64_t rows, std::int64_t columns) const;

  at::TensorOptions options_;
  std::int64_t width_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t head_width_ = 0;
  std::int64_t channels_ = 0;
  std::int64_t channels_out_ = 0;
  std::int64_t text_width_ = 0;
  std::int64_t pooled_width_ = 0;
  std::int64_t most_patches_ = 0;  // along a side of the table
  Conv picture_in_;
  at::Tensor places_;  // most^2 by W, in the file's type
  Linear text_in_;
  Embedder time_, pooled_;
  std::vector<Block> blocks_;
  Linear final_modulation_, final_;
};

}  // namespace ksampler

#endif
