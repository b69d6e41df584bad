// The text transformer of CLIP (Radford et al. 2021): tokens to a vector for each, and one for all.
// Pre-norm blocks with a causal mask; every size is read off the tensors. Heads are 64 wide, but where
// the file's metadata says otherwise ("ksampler.text_head_width").
//
//   x = token_embedding[tokens] + position_embedding
//   x <- x + out(attention(q, k, v of norm1(x)));   x <- x + fc2(gelu(fc1(norm2(x))))      for each
//   layer pooled = projection(final_norm(x) at the end token)
//
// Weights keep the type of the file, or are kept in float16 or bfloat16 where they are asked for so,
// and are widened when they are used: all is computed in float32, as in ComfyUI. Thread rule:
// immutable.
#ifndef KSAMPLER_MODEL_NETWORK_CLIP_TEXT_HPP
#define KSAMPLER_MODEL_NETWORK_CLIP_TEXT_HPP

#include "host/model/file/text_rules.hpp"
#include "host/model/network/layers.hpp"
#include "host/model/network/weights.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ksampler {

struct ClipTextOptions {
  ClipTextLayout layout = ClipTextLayout::transformers;
  bool quick_gelu = true;  // x * sigmoid(1.702 x), as CLIP-L; else the exact GELU, as OpenCLIP
  bool needs_projection = false;
  bool projects = true;  // where the file has a projection
  std::int64_t end_token = 49407;
};

// Vectors that stand in place of tokens.
struct TokenVectors {
  at::Tensor places;  // [n] int64, counted through the rows of tokens; undefined: none
  at::Tensor values;  // [n,W] float32
};

struct ClipTextOutput {
  at::Tensor hidden;  // [B,T,W], of the layer that was asked for
  at::Tensor pooled;  // [B,P], at the first end token; unprojected where the file has no projection
};

class ClipText {
 public:
  // Throws Error: no layers, a tensor missing or misshapen, a width that is no multiple of a head's.
  ClipText(const Weights& weights, const ClipTextOptions& options);

  // `tokens` [B,T] int64 on the device of the weights, T at most positions(), each row with an end
  // token. `layer`: from the end, -1 is the last. `norm`: whether the final norm is applied to
  // `hidden`. `vectors`: on that device too.
  ClipTextOutput operator()(const at::Tensor& tokens, std::int64_t layer, bool norm,
                            const TokenVectors& vectors = {}) const;

  // The layers of the transformer, by transformers' names ("text_model.encoder.layers.0.mlp.fc1",
  // "text_model.final_layer_norm", "text_projection" where there is one), and where their weights are:
  // in some layouts, one tensor holds those of q, k and v.
  struct Rows {
    std::string tensor;     // its full name
    std::string bias = {};  // likewise; its rows are the same; empty: none
    std::int64_t first_row = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 1;  // 1 where it is the weight of a norm
    bool transposed = false;   // the tensor is the matrix's transpose
  };
  std::map<std::string, Rows> weights_by_name() const;

  // The full name of the tensor that has a row for each token.
  std::string token_table() const;

  std::uint64_t bytes() const;  // of the weights

  std::int64_t layers() const { return static_cast<std::int64_t>(layers_.size()); }
  std::int64_t width() const { return token_embedding_.size(1); }
  std::int64_t vocabulary() const { return token_embedding_.size(0); }
  std::int64_t positions() const { return position_embedding_.size(0); }
  at::Device device() const { return token_embedding_.device(); }

 private:
  struct Layer {
    LayerNorm norm1, norm2;
    Linear q, k, v, out;
    Linear fc1, fc2;
  };

  Layer load_layer(const Weights& weights) const;
  at::Tensor run_layer(const Layer& layer, const at::Tensor& x) const;
  at::Tensor embedded(const at::Tensor& tokens, const TokenVectors& vectors) const;

  ClipTextOptions options_;
  std::string prefix_;
  std::int64_t heads_ = 1;
  at::Tensor token_embedding_;     // [vocabulary,W]
  at::Tensor position_embedding_;  // [positions,W]
  std::vector<Layer> layers_;
  LayerNorm final_norm_;
  at::Tensor projection_;  // [P,W]; undefined: none
};

}  // namespace ksampler

#endif
