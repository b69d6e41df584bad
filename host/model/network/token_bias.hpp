// Tokens of a text that are looked at more, or less, than attention alone would have it (ComfyUI's node
// StyleModelApply, with "attn_bias").
#ifndef KSAMPLER_MODEL_NETWORK_TOKEN_BIAS_HPP
#define KSAMPLER_MODEL_NETWORK_TOKEN_BIAS_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ksampler {

// `count` tokens from `first` on. To how the tokens before them and those of pictures look at them,
// `bias` is added before the softmax: the logarithm of a strength. They themselves, and the text's
// tokens behind them, look at them as they are.
struct TokenBias {
  std::int64_t first = 0;
  std::int64_t count = 0;
  double bias = 0.0;
  bool operator==(const TokenBias&) const = default;
};

// Of `text` tokens of a text, and pictures' behind them, `tokens` in all: [1,1,tokens,tokens]. None
// where there are no biases.
std::optional<at::Tensor> attention_bias(const std::vector<TokenBias>& biases, std::int64_t text,
                                         std::int64_t tokens, const at::TensorOptions& options);

}  // namespace ksampler

#endif
