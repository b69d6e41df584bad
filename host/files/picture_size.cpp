#include "host/base/error.hpp"
#include "host/files/picture.hpp"

namespace ksampler {

void check_picture_size(const std::string& file, std::uint64_t width, std::uint64_t height,
                        std::uint64_t frames) {
  const std::string size = "says that it is " + std::to_string(width) + " x " + std::to_string(height) +
                           " pixels" + (frames > 1 ? ", " + std::to_string(frames) + " times" : "");
  if (width == 0 || height == 0 || frames == 0) throw Error({file}, size);
  if (width <= kMostPictureSide && height <= kMostPictureSide &&
      frames <= kMostPicturePixels / (width * height)) {
    return;
  }
  throw Error({file}, size + "; a picture is read up to " + std::to_string(kMostPictureSide) +
                          " a side and " + std::to_string(kMostPicturePixels) + " in all");
}

}  // namespace ksampler
