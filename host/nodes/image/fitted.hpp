// Pictures in the size of others, and with their channels.
#ifndef KSAMPLER_NODES_IMAGE_FITTED_HPP
#define KSAMPLER_NODES_IMAGE_FITTED_HPP

#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/ops/constant_pad_nd.h>

namespace ksampler {

// resized() of [B,H,W,C].
inline ImageValue resized_image(const ImageValue& image, Size size, const std::string& method,
                                const std::string& crop) {
  return resized(image.permute({0, 3, 1, 2}), size, method, crop).permute({0, 2, 3, 1}).contiguous();
}

// `image` with the sides of `like`; what does not fit its ratio is cut off.
inline ImageValue fitted_image(const ImageValue& image, const ImageValue& like,
                               const std::string& method) {
  if (image.size(1) == like.size(1) && image.size(2) == like.size(2)) return image;
  return resized_image(image, {like.size(2), like.size(1)}, method, "center");
}

// `image` with so many channels: its alpha is left out, or it gets one of 1.
inline ImageValue with_channels(const ImageValue& image, std::int64_t channels) {
  if (image.size(3) >= channels) return image.narrow(3, 0, channels);
  return at::constant_pad_nd(image, {0, channels - image.size(3)}, 1.0);
}

}  // namespace ksampler

#endif
