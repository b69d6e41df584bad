// How a camera was held, as Exif records it (JEITA CP-3451, section 4.6.4, tag 0x0112).
#ifndef KSAMPLER_FILES_EXIF_ORIENTATION_HPP
#define KSAMPLER_FILES_EXIF_ORIENTATION_HPP

#include "host/files/png.hpp"

#include <cstddef>
#include <span>

namespace ksampler {

// 1 to 8 of the data of a JPEG's APP1 marker; 1, upright, where it says nothing or nothing valid.
int exif_orientation(std::span<const std::byte> marker);

// The picture turned and mirrored, so that what was recorded as 1 to 8 stands upright.
Picture upright(Picture picture, int orientation);

}  // namespace ksampler

#endif
