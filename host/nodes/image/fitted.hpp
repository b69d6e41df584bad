// Pictures in the size of others.
#ifndef KSAMPLER_NODES_IMAGE_FITTED_HPP
#define KSAMPLER_NODES_IMAGE_FITTED_HPP

#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

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

}  // namespace ksampler

#endif
