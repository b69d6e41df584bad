// Weights in the formats of ComfyUI's own files that take more than a scale to widen: rotated int8,
// MXFP8 and NVFP4, as the package comfy-kitchen (0.2.40, Apache-2.0) writes them.
#ifndef KSAMPLER_MODEL_NETWORK_COMFY_WEIGHT_HPP
#define KSAMPLER_MODEL_NETWORK_COMFY_WEIGHT_HPP

#include "host/model/network/stored_weight.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace ksampler {

// Whether a weight may be rotated in groups of that size: a power of 4.
bool is_rotation(std::int64_t group);

// ConvRot: W = (values * scale) H for each group of columns, with H the regular Hadamard matrix, the
// Kronecker power of
//    1  1  1 -1
//    1  1 -1  1
//    1 -1  1  1
//   -1  1  1  1
// divided by the root of its size, which is its own inverse. It was rotated so that no column has all
// of the large values, and 8 bits are enough (2512.03673). `values`: int8 [out,in]; `scale`: of all, or
// one for each row, float32. REQUIRES: is_rotation(group), which divides `in`.
std::shared_ptr<const StoredWeight> rotated_weight(at::Tensor values, at::Tensor scale,
                                                   std::int64_t group);

// How many bytes the scales of a matrix have, one for each `block` columns of a row: in tiles of 128
// rows by 4, the last of which are not full.
std::int64_t tiled_scales(std::int64_t rows, std::int64_t columns, std::int64_t block);

// MXFP8: W = values * 2^(scale - 127), one for 32 columns (OCP Microscaling, 2023); a scale of 0 is 0.
// `values`: float8_e4m3fn [out,in]; `scales`: bytes, tiled.
inline constexpr std::int64_t kMxBlock = 32;
std::shared_ptr<const StoredWeight> mxfp8_weight(at::Tensor values, at::Tensor scales);

// NVFP4: W = value * (scale of all * scale of the block), one for 16 columns. `packed`: bytes
// [out,in/2], each with two values of float4_e2m1, the first in the upper half; `scales`:
// float8_e4m3fn, tiled. `columns`: [in] float32, by which each column is multiplied besides (AWQ);
// undefined: none.
inline constexpr std::int64_t kNvBlock = 16;
std::shared_ptr<const StoredWeight> nvfp4_weight(at::Tensor packed, at::Tensor scales, float scale,
                                                 at::Tensor columns = {});

}  // namespace ksampler

#endif
