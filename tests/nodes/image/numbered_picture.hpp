// A picture in which each value is another.
#ifndef KSAMPLER_TESTS_NODES_IMAGE_NUMBERED_PICTURE_HPP
#define KSAMPLER_TESTS_NODES_IMAGE_NUMBERED_PICTURE_HPP

#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include <cstdint>

namespace ksampler {

// [count, height, width, 3]
inline ImageValue numbered_picture(std::int64_t count, std::int64_t height, std::int64_t width) {
  return at::arange(count * height * width * 3, at::kFloat).view({count, height, width, 3}) / 1000.0;
}

}  // namespace ksampler

#endif
