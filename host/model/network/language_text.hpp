// A language model as a text encoder (Qwen3: Yang et al. 2025): tokens to a vector for each, from one
// of its layers, or from several beside each other. Pre-norm blocks with a causal mask; several heads
// of q share one of k and v; q and k are normalised where the file has norms for them, and turned by
// the token's place.
//
//   x <- x + o(attention(q, k, v of norm(x)));   x <- x + down(silu(gate(h)) up(h)),  h = norm(x)
//
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_LANGUAGE_TEXT_HPP
#define KSAMPLER_MODEL_NETWORK_LANGUAGE_TEXT_HPP

#include "host/model/network/layers.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace ksampler {

struct LanguageOptions {
  double theta = 1'000'000.0;  // of the turns
  double eps = 1e-6;
  std::int64_t head_width = 128;  // where no norm shows it
  bool final_norm = false;        // behind the last layer that is taken
  // How many layers stand before each output that is taken, rising, none more than `needed`. Empty: the
  // last one's output alone.
  std::vector<std::int64_t> taken = {};
};

class LanguageText {
 public:
  // Whether tensors of these names are of such a model with norms of q and k, as Qwen3 has them; or
  // with biases of them in their place, as Qwen2.5.
  static bool is_qwen3(const Weights& weights);
  static bool is_qwen25(const Weights& weights);

  // Of its layers, the first `needed` alone: what stands behind them is not read. Throws Error: a
  // tensor missing or misshapen, fewer layers.
  LanguageText(const Weights& weights, const LanguageOptions& options, std::int64_t needed);

  // `tokens` [B,T] int64 to [B,T,width()] float32. From `count` on, where it is given, they fill the
  // text up: nothing looks at them.
  at::Tensor operator()(const at::Tensor& tokens, std::optional<std::int64_t> count = {}) const;

  static std::int64_t layers_in(const Weights& weights);
  std::int64_t layers() const { return static_cast<std::int64_t>(layers_.size()); }
  std::int64_t width() const {
    return width_ * static_cast<std::int64_t>(std::max<std::size_t>(options_.taken.size(), 1));
  }
  std::int64_t vocabulary() const { return table_.size(0); }
  std::uint64_t bytes() const { return bytes_; }
  at::Device device() const { return table_.device(); }

 private:
  struct Layer {
    RmsNorm attention_norm, feed_norm;
    Linear q, k, v, o;
    Linear gate, up, down;
    std::optional<RmsNorm> q_norm = {}, k_norm = {};
  };

  Layer load_layer(const Weights& weights) const;
  at::Tensor run(const Layer& layer, const at::Tensor& x, const at::Tensor& turns,
                 const at::Tensor& seen) const;

  LanguageOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::uint64_t bytes_ = 0;
  std::shared_ptr<const TensorFile> file_;
  at::Tensor table_;  // [vocabulary,W]
  std::vector<Layer> layers_;
  std::optional<RmsNorm> final_norm_;
};

}  // namespace ksampler

#endif
