// PNG pictures, through libpng.
#ifndef KSAMPLER_FILES_PNG_HPP
#define KSAMPLER_FILES_PNG_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// The bytes of a PNG: 8 bit RGB, row-major, 3 * width * height `pixels`, with text chunks.
std::vector<std::byte> png_bytes(std::uint32_t width, std::uint32_t height,
                                 std::span<const std::uint8_t> pixels,
                                 const std::map<std::string, std::string>& text = {});

// A picture of any of PNG's kinds (grey, palette, 1 to 16 bits, interlaced) as 16 bit RGBA. 8 bits are
// widened by 257, so that value / 65535 is what 8 bits / 255 would be. Colour profiles and gamma are
// passed over, as most readers of pictures in this field do.
struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool has_alpha = false;           // else alpha is 65535 everywhere
  std::vector<std::uint16_t> rgba;  // row-major, 4 * width * height
  std::map<std::string, std::string> text;
};

// A file says in a few bytes that it holds more pixels than any memory: these are refused.
inline constexpr std::uint32_t kMostPictureSide = 16384;
inline constexpr std::uint64_t kMostPicturePixels = std::uint64_t{1} << 27;

// Throws Error that names the file, where it says that it is larger than that.
void check_picture_size(const std::string& file, std::uint64_t width, std::uint64_t height);

// Throws Error that names the file and what is wrong: no PNG (and what it is, where that is plain), cut
// short, damaged, too large. `wanted`: what is said where it is no PNG.
Picture read_png(const std::filesystem::path& file, const char* wanted = "a PNG is wanted");

}  // namespace ksampler

#endif
