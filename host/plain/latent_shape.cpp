#include "host/plain/latent_shape.hpp"

namespace ksampler {

std::array<std::int64_t, 4> LatentShape::sizes(std::uint32_t shape) const {
  switch (shape) {
    case KS_SHAPE_LATENT:
      return {items, channels, height, width};
    case KS_SHAPE_PIXELS:
      return {items, 1, height, width};
    case KS_SHAPE_CHANNELS:
      return {items, channels, 1, 1};
    default:
      return {items, 1, 1, 1};
  }
}

std::int64_t LatentShape::elements(std::uint32_t shape) const {
  std::int64_t product = 1;
  for (const std::int64_t size : sizes(shape)) product *= size;
  return product;
}

bool repeats_in(std::uint32_t part, std::uint32_t whole) {
  return part == whole || part == KS_SHAPE_ITEMS || whole == KS_SHAPE_LATENT;
}

}  // namespace ksampler
