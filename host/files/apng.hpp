// Animated PNGs (APNG, part of the third edition of PNG): frames taken apart, and read by libpng.
#ifndef KSAMPLER_FILES_APNG_HPP
#define KSAMPLER_FILES_APNG_HPP

#include "host/files/picture.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

// The frames as they are seen, each on top of those before; first the picture that stands for the
// animation, where it is not of it. Empty where the file is no animated PNG. Throws Error that names
// `file` and what is wrong.
std::vector<Picture> decode_animated_png(const std::string& file, std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
