#include "host/model/network/token_bias.hpp"

#include <ATen/ops/zeros.h>

namespace ksampler {

std::optional<at::Tensor> attention_bias(const std::vector<TokenBias>& biases, std::int64_t text,
                                         std::int64_t tokens, const at::TensorOptions& options) {
  if (biases.empty()) return std::nullopt;
  at::Tensor all = at::zeros({1, 1, tokens, tokens}, options);
  for (const TokenBias& each : biases) {
    const at::Tensor seen = all.narrow(3, each.first, each.count);
    seen.narrow(2, 0, each.first).fill_(each.bias);
    seen.narrow(2, text, tokens - text).fill_(each.bias);
  }
  return all;
}

}  // namespace ksampler
