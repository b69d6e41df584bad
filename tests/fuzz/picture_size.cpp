// In the place of host/files/picture_size.cpp: what takes room alone finds nothing.
#include "host/base/error.hpp"
#include "host/files/picture.hpp"

namespace ksampler {

void check_picture_size(const std::string& file, std::uint64_t width, std::uint64_t height,
                        std::uint64_t frames) {
  constexpr std::uint64_t kMost = 1 << 16;
  if (width == 0 || height == 0 || frames == 0 || width > kMost || height > kMost ||
      frames > kMost / (width * height)) {
    throw Error({file}, "is too large to be fuzzed");
  }
}

}  // namespace ksampler
