// Windows bitmaps.
#ifndef KSAMPLER_FILES_BMP_HPP
#define KSAMPLER_FILES_BMP_HPP

#include "host/files/picture.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace ksampler {

// Whether a file begins as bitmaps do.
bool is_bmp(std::span<const std::byte> bytes);

// A bitmap of 1, 4, 8, 16, 24 or 32 bits a pixel, of a palette or of colours by masks, packed in runs
// or not, of the headers of OS/2 and Windows. Throws Error that names `file` and what is wrong: cut
// short, too large, of another kind.
Picture decode_bmp(const std::string& file, std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
