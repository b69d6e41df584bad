// Weights in the formats of ComfyUI's own files that take more than a scale to widen: rotated int8,
// MXFP8 and NVFP4, as the package comfy-kitchen (0.2.40, Apache-2.0) writes them.
#ifndef KSAMPLER_MODEL_NETWORK_COMFY_WEIGHT_HPP
#define KSAMPLER_MODEL_NETWORK_COMFY_WEIGHT_HPP

#include "host/files/tensor_file.hpp"
#include "host/model/network/stored_weight.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ksampler {

// ConvRot (2512.03673), "x.weight" int8 [out,in]: W = (values * scale) H for each group of columns,
// with H the regular Hadamard matrix, the Kronecker power of
//    1  1  1 -1
//    1  1 -1  1
//    1 -1  1  1
//   -1  1  1  1
// divided by the root of its size, which is its own inverse: it was rotated so that no column has all
// of the large values, and 8 bits are enough. "x.weight_scale": of all, or one for each row.
//
// MXFP8 (OCP Microscaling formats, 2023), float8_e4m3fn [out,in]: W = values * 2^(scale - 127), one for
// 32 columns, 0 where the scale is. "x.weight_scale": bytes, in tiles.
//
// NVFP4, bytes [out,in/2], each with two values of float4_e2m1, the first in the upper half:
// W = value * (scale of all * scale of the block), one for 16 columns. "x.weight_scale": float8_e4m3fn,
// in tiles; "x.weight_scale_2": one number; "x.pre_quant_scale", where it is there: one for each
// column, by which it is multiplied besides (AWQ).
//
// A tile has the scales of 128 rows and 4 blocks of columns; the last ones are not full.

// Whether a weight may be rotated in groups of that size: a power of 4.
bool is_rotation(std::int64_t group);

// Throws Error where the file says that a weight is of such a format, and it is of another type, or
// what is beside it is not there or not of its size. Reads no values.
void check_comfy_weight(const TensorFile& file, const std::string& whole);

// REQUIRES: it was checked. `values` are those of the file, on the CPU. Throws Error where scales are
// not finite.
std::shared_ptr<const StoredWeight> comfy_weight(const std::shared_ptr<const TensorFile>& file,
                                                 const std::string& whole, FileTensor values);

}  // namespace ksampler

#endif
