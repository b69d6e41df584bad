// Texts that Exif's data holds, as ComfyUI and others keep in a WebP what was run: an entry is
// `prompt:{...}` or `workflow:{...}`, whatever its tag.
#ifndef KSAMPLER_FILES_EXIF_TEXTS_HPP
#define KSAMPLER_FILES_EXIF_TEXTS_HPP

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace ksampler {

// What stands before Exif's data in a JPEG's APP1 marker, and in some other files.
inline constexpr std::string_view kExifMark{"Exif\0\0", 6};

// Some writers put the mark before it twice.
std::span<const std::byte> without_exif_mark(std::span<const std::byte> exif);

// By the word before the colon, in small letters.
std::map<std::string, std::string> exif_texts(std::span<const std::byte> exif);

}  // namespace ksampler

#endif
