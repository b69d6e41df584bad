// How Qwen2.5-VL and Qwen3-VL cut a picture into patches, of which 2 by 2 become a token.
#ifndef KSAMPLER_MODEL_NETWORK_VISION_PATCHES_HPP
#define KSAMPLER_MODEL_NETWORK_VISION_PATCHES_HPP

#include "host/model/network/layers.hpp"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace ksampler {

inline constexpr std::int64_t kMerge = 2;  // patches that a token is wide and high

// `picture` [1,H,W,3], 0 to 1, to [1,3,h,w] on the device, in whole tokens of patches of `side` pixels,
// about as many pixels as there are; each colour less its mean, over its deviation.
at::Tensor fitted_to_tokens(const at::Tensor& picture, std::int64_t side, at::Device device,
                            const std::array<double, 3>& mean, const std::array<double, 3>& deviation);

// [1,3,H,W] to [n, 3 * side * side]: the patches of a token one after another, tokens row by row.
at::Tensor patches_in(const at::Tensor& picture, std::int64_t side);

// [1,C,2 rows,2 columns], a vector for each patch, to [n,C] in that order.
at::Tensor in_order_of_patches(const at::Tensor& grid);

// The row and the column of each patch, in that order: [n,2].
at::Tensor places_of_patches(std::int64_t rows, std::int64_t columns, at::Device device);

// What embeds them, [W, 3 * side * side]. It was made for films: a picture is two frames that are the
// same. `name`: of a kernel [W,3,2,side,side].
at::Tensor load_patch_kernel(const Weights& weights, const std::string& name, std::int64_t side);

}  // namespace ksampler

#endif
