#include "host/model/network/patch_tokens.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/ops/pad.h>

namespace ksampler {

at::Tensor patch_tokens(const at::Tensor& x, TokenOrder order) {
  const std::int64_t rows = patches_of(x.size(2));
  const std::int64_t columns = patches_of(x.size(3));
  const std::int64_t right = columns * kPatch - x.size(3);
  const std::int64_t below = rows * kPatch - x.size(2);
  const at::Tensor whole = right == 0 && below == 0 ? x : at::pad(x, {0, right, 0, below}, "circular");
  const at::Tensor squares = whole.reshape({x.size(0), x.size(1), rows, kPatch, columns, kPatch});
  const at::Tensor tokens = order == TokenOrder::channel_first ? squares.permute({0, 2, 4, 1, 3, 5})
                                                               : squares.permute({0, 2, 4, 3, 5, 1});
  return tokens.reshape({x.size(0), rows * columns, x.size(1) * kPatch * kPatch});
}

std::int64_t channels_of(const Weights& weights, const std::string& name, std::int64_t numbers) {
  if (numbers % (kPatch * kPatch) == 0) return numbers / (kPatch * kPatch);
  throw Error(
      {weights.file()->file().string()},
      sentence("tensor '{}{}' takes tokens of {} numbers; expected a multiple of {}, as a token is 2 "
               "by 2 cells",
               weights.prefix(), name, numbers, kPatch * kPatch));
}

at::Tensor from_patch_tokens(const at::Tensor& tokens, std::int64_t height, std::int64_t width,
                             TokenOrder order) {
  const std::int64_t batch = tokens.size(0);
  const std::int64_t rows = patches_of(height);
  const std::int64_t columns = patches_of(width);
  const std::int64_t channels = tokens.size(2) / (kPatch * kPatch);
  const at::Tensor squares =
      order == TokenOrder::channel_first
          ? tokens.reshape({batch, rows, columns, channels, kPatch, kPatch}).permute({0, 3, 1, 4, 2, 5})
          : tokens.reshape({batch, rows, columns, kPatch, kPatch, channels})
                .permute({0, 5, 1, 3, 2, 4});
  return squares.reshape({batch, channels, rows * kPatch, columns * kPatch})
      .narrow(2, 0, height)
      .narrow(3, 0, width)
      .contiguous();
}

}  // namespace ksampler
