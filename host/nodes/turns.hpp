// Quarter turns and mirror images, as ComfyUI's nodes call them, of dimensions `rows` and `columns`.
#ifndef KSAMPLER_NODES_TURNS_HPP
#define KSAMPLER_NODES_TURNS_HPP

#include <ATen/core/Tensor.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/rot90.h>

#include <cstdint>
#include <string>

namespace ksampler {

// "90 degrees", clockwise, and so on; "none".
inline at::Tensor turned(const at::Tensor& picture, const std::string& rotation, std::int64_t rows,
                         std::int64_t columns) {
  const std::int64_t quarters = rotation == "90 degrees"    ? 1
                                : rotation == "180 degrees" ? 2
                                : rotation == "270 degrees" ? 3
                                                            : 0;
  return at::rot90(picture, quarters, {columns, rows}).contiguous();
}

// "x-axis: vertically" (top and bottom change places) or "y-axis: horizontally".
inline at::Tensor flipped(const at::Tensor& picture, const std::string& method, std::int64_t rows,
                          std::int64_t columns) {
  return at::flip(picture, {method.starts_with("x") ? rows : columns});
}

}  // namespace ksampler

#endif
