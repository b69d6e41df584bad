// Pictures, as they are read from files.
#ifndef KSAMPLER_FILES_PICTURE_HPP
#define KSAMPLER_FILES_PICTURE_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// A picture of any kind (grey, palette, 1 to 16 bits) as 16 bit RGBA. 8 bits are widened by 257, so
// that value / 65535 is what 8 bits / 255 would be. Colour profiles and gamma are passed over, as most
// readers of pictures in this field do.
struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool has_alpha = false;                   // else alpha is 65535 everywhere
  std::vector<std::uint16_t> rgba;          // row-major, 4 * width * height
  std::map<std::string, std::string> text;  // of a PNG, and of a WebP's Exif
  std::string warning;  // what is wrong with the file, though it could be read; empty: nothing
};

// A file says in a few bytes that it holds more pixels than any memory: these are refused.
inline constexpr std::uint32_t kMostPictureSide = 16384;
inline constexpr std::uint64_t kMostPicturePixels = std::uint64_t{1} << 27;

// Throws Error that names the file, where it says that it is larger than that, or has no pixels.
void check_picture_size(const std::string& file, std::uint64_t width, std::uint64_t height,
                        std::uint64_t frames = 1);

// The pixels of a row of 8 bit RGBA, or RGB without `has_alpha`, added to a picture's.
void append_8_bit(Picture& picture, std::span<const std::uint8_t> row, bool has_alpha);

// A PNG, JPEG, WebP or BMP, told by its first bytes, turned as its camera says. Throws Error that names
// the file and what is wrong: none of these (and what it is, where that is plain), cut short, damaged,
// too large. Of an animation, its first frame.
Picture read_picture(const std::filesystem::path& file);

// The same, and of an animated PNG or WebP all frames, each as it is seen: on top of those before.
std::vector<Picture> read_frames(const std::filesystem::path& file);

// The same of what is in memory. `name` is for messages.
std::vector<Picture> decode_frames(const std::string& name, std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
