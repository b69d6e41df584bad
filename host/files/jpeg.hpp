// JPEG pictures, through libjpeg.
#ifndef KSAMPLER_FILES_JPEG_HPP
#define KSAMPLER_FILES_JPEG_HPP

#include "host/files/picture.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace ksampler {

// Whether a file begins as JPEGs do.
bool is_jpeg(std::span<const std::byte> bytes);

// Grey, colour, or of printing colours (CMYK, taken to be inverted, as Adobe's are), turned as its
// camera says. What libjpeg can mend is read, with a warning. Throws Error that begins with `name` and
// what is wrong: no JPEG, cut short, damaged, too large.
Picture decode_jpeg(const std::string& name, std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
