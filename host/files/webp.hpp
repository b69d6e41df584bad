// WebP pictures, through libwebp.
#ifndef KSAMPLER_FILES_WEBP_HPP
#define KSAMPLER_FILES_WEBP_HPP

#include "host/files/picture.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// Whether a file begins as WebP pictures do.
bool is_webp(std::span<const std::byte> bytes);

// Its frames, one where it is no animation, turned as its Exif says. Throws Error that names `file` and
// what is wrong: cut short, damaged, too large.
std::vector<Picture> decode_webp(const std::string& file, std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
