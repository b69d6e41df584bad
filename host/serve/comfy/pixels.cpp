#include "host/serve/comfy/pixels.hpp"

namespace ksampler::comfy {
namespace {

// 8 bits were widened by 257.
std::uint8_t eight_bits(std::uint16_t value) {
  return static_cast<std::uint8_t>((value + 128u) / 257u);
}

}  // namespace

std::vector<std::uint8_t> rgb_of(const Picture& picture) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(picture.rgba.size() / 4 * 3);
  for (std::size_t i = 0; i < picture.rgba.size(); ++i) {
    if (i % 4 != 3) pixels.push_back(eight_bits(picture.rgba[i]));
  }
  return pixels;
}

std::vector<std::uint8_t> black_with_alpha_of(const Picture& picture) {
  std::vector<std::uint8_t> pixels(picture.rgba.size(), 0);
  for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = eight_bits(picture.rgba[i]);
  return pixels;
}

std::vector<std::uint8_t> colours_with_alpha_of(const Picture& colours, const Picture& alpha) {
  std::vector<std::uint8_t> pixels(colours.rgba.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = eight_bits(i % 4 == 3 ? alpha.rgba[i] : colours.rgba[i]);
  }
  return pixels;
}

}  // namespace ksampler::comfy
