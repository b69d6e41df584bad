// Any bytes as a picture of any format, or as a record of how a camera was held.
#include "host/base/error.hpp"
#include "host/files/exif_orientation.hpp"
#include "host/files/picture.hpp"
#include "tests/fuzz/input.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    const std::vector<Picture> frames = decode_frames("fuzzed", bytes);
    if (frames.empty()) std::abort();
    for (const Picture& picture : frames) {
      if (picture.rgba.size() != std::size_t{4} * picture.width * picture.height) std::abort();
      if (picture.width != frames[0].width || picture.height != frames[0].height) std::abort();
    }
  } catch (const Error&) {
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Picture small{
      .width = 2, .height = 3, .rgba = std::vector<std::uint16_t>(24), .text = {}, .warning = {}};
  for (const auto& orientation :
       {exif_orientation(bytes), xmp_orientation(text), raw_profile_orientation(text)}) {
    const Picture turned = upright(small, orientation);
    if (turned.width * turned.height != 6) std::abort();
  }
  return 0;
}
