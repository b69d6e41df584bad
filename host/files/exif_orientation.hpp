// How a camera was held, as a picture's file records it: Exif (JEITA CP-3451, section 4.6.4, tag
// 0x0112), or XMP where that says nothing.
#ifndef KSAMPLER_FILES_EXIF_ORIENTATION_HPP
#define KSAMPLER_FILES_EXIF_ORIENTATION_HPP

#include "host/files/picture.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace ksampler {

// 1 to 8 of Exif's data, with or without its mark before; none where it says nothing or nothing valid.
std::optional<int> exif_orientation(std::span<const std::byte> exif);

// The same of a packet of XMP (`tiff:Orientation`).
std::optional<int> xmp_orientation(std::string_view xmp);

// The same of what ImageMagick puts into a PNG's text "Raw profile type exif": Exif in hexadecimal.
std::optional<int> raw_profile_orientation(std::string_view text);

// The picture turned and mirrored, so that what was recorded as 1 to 8 stands upright.
Picture upright(Picture picture, std::optional<int> orientation);

}  // namespace ksampler

#endif
