// A language model as a text encoder (Qwen3: Yang et al. 2025; Gemma 2: Gemma Team 2024): tokens to a
// vector for each, from one of its layers, or from several beside each other. Pre-norm blocks with a
// causal mask; several heads of q share one of k and v; q and k are normalised where the file has norms
// for them, and turned by the token's place.
//
//   x <- x + o(attention(q, k, v of norm(x)));   x <- x + down(silu(gate(h)) up(h)),  h = norm(x)
//
// Gemma's have norms behind attention and feed-forward, too, and gelu in place of silu; a norm
// multiplies by 1 + weight, and a token's vector is sqrt(width) times its row of the table. Its
// attention has no soft cap and no window here, as in ComfyUI (it was trained with a cap of 50, which
// is far, and with windows of 4096 tokens).
//
// Weights stay as the file keeps them; all is computed in float32. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_LANGUAGE_TEXT_HPP
#define KSAMPLER_MODEL_NETWORK_LANGUAGE_TEXT_HPP

#include "host/model/network/language_vision.hpp"
#include "host/model/network/layers.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

struct LanguageOptions {
  double theta = 1'000'000.0;  // of the turns
  double eps = 1e-6;
  std::int64_t head_width = 128;  // where no norm shows it
  bool final_norm = false;        // behind the last layer that is taken
  bool pictures = false;          // it sees pictures, where the file has what for
  bool gemma = false;             // it is a Gemma 2
  bool interleaved = false;       // number, row and column take turns in a head (Qwen3-VL)
  // How many layers stand before each output that is taken, rising, none more than `needed`. Empty: the
  // last one's output alone.
  std::vector<std::int64_t> taken = {};
};

// Tokens, some of which are parts of pictures.
struct SeenText {
  at::Tensor embedded;  // [1,T,W] float32
  // [T,3] float32, where each stands: as text, three times its number; in a picture, its number, and
  // the row and the column from there on (Qwen2-VL, 2409.12191, section 2.1).
  at::Tensor places;
  // [1,T,W] each, added behind the first layers, one each (SeenPicture::deep).
  std::vector<at::Tensor> deep = {};
};

class LanguageText {
 public:
  // Of its layers, the first `needed` alone: what stands behind them is not read. Throws Error: a
  // tensor missing or misshapen, fewer layers.
  LanguageText(const Weights& weights, const LanguageOptions& options, std::int64_t needed);

  // `tokens` [B,T] int64 to [B,T,width()] float32. From `count` on, where it is given, they fill the
  // text up: nothing looks at them.
  at::Tensor operator()(const at::Tensor& tokens, std::optional<std::int64_t> count = {}) const;

  // Likewise, of one text with pictures.
  at::Tensor operator()(const SeenText& text) const;
  // `tokens` [T] int64; each picture stands in place of one of them, at `at`, rising.
  SeenText with_pictures(const at::Tensor& tokens, const std::vector<SeenPicture>& pictures,
                         const std::vector<std::int64_t>& at) const;
  // What it sees pictures with; null: it does not.
  const LanguageVision* vision() const { return vision_.get(); }

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
    std::optional<RmsNorm> attention_out_norm = {}, feed_out_norm = {};  // Gemma's
  };

  RmsNorm load_norm(const Weights& weights, const std::string& name) const;
  Layer load_layer(const Weights& weights) const;
  // [B,T] to [B,T,width_].
  at::Tensor embedded(const at::Tensor& tokens) const;
  at::Tensor run(const Layer& layer, const at::Tensor& x, const at::Tensor& turns,
                 const at::Tensor& seen) const;
  at::Tensor run_all(at::Tensor x, const at::Tensor& turns, const at::Tensor& seen,
                     const std::vector<at::Tensor>& deep = {}) const;
  at::Tensor turns_of(const at::Tensor& places) const;

  LanguageOptions options_;
  std::int64_t width_ = 0;
  std::int64_t head_width_ = 0;
  std::uint64_t bytes_ = 0;
  std::shared_ptr<const TensorFile> file_;
  at::Tensor table_;  // [vocabulary,W]
  std::vector<Layer> layers_;
  std::optional<RmsNorm> final_norm_;
  std::unique_ptr<const LanguageVision> vision_;
};

}  // namespace ksampler

#endif
