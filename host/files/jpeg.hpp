// JPEG pictures, through libjpeg.
#ifndef KSAMPLER_FILES_JPEG_HPP
#define KSAMPLER_FILES_JPEG_HPP

#include "host/files/png.hpp"

#include <cstddef>
#include <filesystem>
#include <span>

namespace ksampler {

// Whether a file begins as JPEGs do.
bool is_jpeg(std::span<const std::byte> bytes);

// A grey or colour JPEG as 16 bit RGBA, turned as its camera says (Exif's orientation). Throws Error
// that names the file and what is wrong: no JPEG, cut short, damaged, too large, of printing colours
// (CMYK).
Picture read_jpeg(const std::filesystem::path& file);

// A PNG or a JPEG, told by its first bytes.
Picture read_picture(const std::filesystem::path& file);

}  // namespace ksampler

#endif
