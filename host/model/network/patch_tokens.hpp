// A latent as a transformer takes it: a token for each square of 2 by 2 cells, row by row.
#ifndef KSAMPLER_MODEL_NETWORK_PATCH_TOKENS_HPP
#define KSAMPLER_MODEL_NETWORK_PATCH_TOKENS_HPP

#include "host/model/network/weights.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace ksampler {

inline constexpr std::int64_t kPatch = 2;  // cells that a token is high and wide

// How the numbers of a token follow each other: by channel, then row and column in the square; or by
// row and column, then channel.
enum class TokenOrder { channel_first, channel_last };

// How many squares a latent of that many cells has along an axis: what is left over fills one more.
constexpr std::int64_t patches_of(std::int64_t cells) { return (cells + kPatch - 1) / kPatch; }

// [B,C,H,W] to [B, patches(H) * patches(W), 4 C]. What a last square lacks is what the other side of
// the latent has (as in ComfyUI).
at::Tensor patch_tokens(const at::Tensor& x, TokenOrder order);

// How many channels a latent has whose tokens are `numbers` wide, as the tensor `name` says. Throws
// Error where that is no multiple of 4.
std::int64_t channels_of(const Weights& weights, const std::string& name, std::int64_t numbers);

// Back to [B,C,height,width]: what was added is cut.
at::Tensor from_patch_tokens(const at::Tensor& tokens, std::int64_t height, std::int64_t width,
                             TokenOrder order);

}  // namespace ksampler

#endif
