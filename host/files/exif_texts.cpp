#include "host/files/exif_texts.hpp"

#include "host/base/lower_case.hpp"
#include "host/files/tiff.hpp"

#include <cstring>

namespace ksampler {

std::span<const std::byte> without_exif_mark(std::span<const std::byte> exif) {
  while (exif.size() >= kExifMark.size() &&
         std::memcmp(exif.data(), kExifMark.data(), kExifMark.size()) == 0) {
    exif = exif.subspan(kExifMark.size());
  }
  return exif;
}

std::map<std::string, std::string> exif_texts(std::span<const std::byte> exif) {
  std::map<std::string, std::string> texts;
  const Tiff tiff(without_exif_mark(exif));
  for (const TiffEntry& entry : tiff.entries()) {
    const std::string_view text = tiff.text(entry);
    // JSON follows the word. A camera's own texts have no such beginning.
    const std::size_t colon = text.find(":{");
    if (colon == std::string_view::npos || colon == 0) continue;
    texts.emplace(lower_case(text.substr(0, colon)), text.substr(colon + 1));
  }
  return texts;
}

}  // namespace ksampler
