// PNG pictures, through libpng.
#ifndef KSAMPLER_FILES_PNG_HPP
#define KSAMPLER_FILES_PNG_HPP

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// The bytes of a PNG: 8 bit RGB, row-major, 3 * width * height `pixels`, with text chunks.
std::vector<std::byte> png_bytes(std::uint32_t width, std::uint32_t height,
                                 std::span<const std::uint8_t> pixels,
                                 const std::map<std::string, std::string>& text = {});

}  // namespace ksampler

#endif
