#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/files/picture.hpp"

namespace ksampler {

void check_picture_size(const std::string& file, std::uint64_t width, std::uint64_t height,
                        std::uint64_t frames) {
  const std::string size = sentence("says that it is {} x {} pixels{}", width, height,
                                    frames > 1 ? sentence(", {} times", frames) : "");
  if (width == 0 || height == 0 || frames == 0) throw Error({file}, size);
  if (width <= kMostPictureSide && height <= kMostPictureSide &&
      frames <= kMostPicturePixels / (width * height)) {
    return;
  }
  throw Error({file}, sentence("{}; a picture is read up to {} a side and {} in all", size,
                               kMostPictureSide, kMostPicturePixels));
}

}  // namespace ksampler
