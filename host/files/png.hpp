// PNG pictures, through libpng.
#ifndef KSAMPLER_FILES_PNG_HPP
#define KSAMPLER_FILES_PNG_HPP

#include "host/files/picture.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// The bytes of a PNG: 8 bit RGB, row-major, 3 * width * height `pixels`, with text chunks.
std::vector<std::byte> png_bytes(std::uint32_t width, std::uint32_t height,
                                 std::span<const std::uint8_t> pixels,
                                 const std::map<std::string, std::string>& text = {});

// The same of 8 bit RGBA.
std::vector<std::byte> png_bytes_with_alpha(std::uint32_t width, std::uint32_t height,
                                            std::span<const std::uint8_t> pixels,
                                            const std::map<std::string, std::string>& text = {});

// The same of 16 bit RGB or RGBA.
std::vector<std::byte> png_bytes_of_16_bits(std::uint32_t width, std::uint32_t height, bool has_alpha,
                                            std::span<const std::uint16_t> pixels,
                                            const std::map<std::string, std::string>& text = {});

// Whether a file begins as PNGs do.
bool is_png(std::span<const std::byte> bytes);

// A PNG of any kind (grey, palette, 1 to 16 bits, interlaced), turned as its eXIf says; of an
// animation, the picture that stands for it. Throws Error that names `file` and what is wrong: no PNG
// (and what it is, where that is plain), cut short, damaged, too large. `wanted`: what is said where it
// is no PNG.
Picture decode_png(const std::string& file, std::span<const std::byte> bytes,
                   const char* wanted = "a PNG is wanted");
Picture read_png(const std::filesystem::path& file);

// The same before it is turned.
struct PngPicture {
  Picture picture;
  std::optional<int> orientation;
};
PngPicture decode_png_as_it_lies(const std::string& name, std::span<const std::byte> bytes,
                                 const char* wanted = "a PNG is wanted");

}  // namespace ksampler

#endif
