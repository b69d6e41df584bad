#include "host/files/exif_orientation.hpp"

#include "host/files/exif_texts.hpp"
#include "host/files/tiff.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr std::uint32_t kOrientation = 0x0112;

// Whether rows and columns change places, and then from which ends they are read.
struct Turn {
  bool swapped;
  bool from_right;
  bool from_below;
};

constexpr std::array<Turn, 8> kTurns = {{
    {false, false, false},
    {false, true, false},
    {false, true, true},
    {false, false, true},
    {true, false, false},
    {true, false, true},
    {true, true, true},
    {true, true, false},
}};

}  // namespace

std::optional<int> exif_orientation(std::span<const std::byte> exif) {
  const Tiff tiff(without_exif_mark(exif));
  for (const TiffEntry& entry : tiff.entries()) {
    if (entry.tag != kOrientation) continue;
    // A SHORT, as it should be, or a LONG.
    const std::uint32_t value = tiff.number(entry.value, entry.type == TiffEntry::kLong ? 4 : 2);
    return value >= 1 && value <= 8 ? std::optional(static_cast<int>(value)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<int> xmp_orientation(std::string_view xmp) {
  constexpr std::string_view kName = "tiff:Orientation";
  for (std::size_t at = xmp.find(kName); at != std::string_view::npos; at = xmp.find(kName, at)) {
    at += kName.size();
    std::string_view rest = xmp.substr(at);
    // An attribute, or an element.
    if (rest.starts_with("=\"") || rest.starts_with("='")) {
      rest.remove_prefix(2);
    } else if (rest.starts_with(">")) {
      rest.remove_prefix(1);
    } else {
      continue;
    }
    if (!rest.empty() && rest[0] >= '1' && rest[0] <= '8') return rest[0] - '0';
  }
  return std::nullopt;
}

std::optional<int> raw_profile_orientation(std::string_view text) {
  // An empty line, "exif", the number of bytes, and then the bytes.
  for (int line = 0; line < 3; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  std::vector<std::byte> exif;
  int digits = 0;
  unsigned value = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) continue;  // ends of lines
    value = value << 4 | static_cast<unsigned>(digit % 16);
    if (++digits % 2 == 0) exif.push_back(static_cast<std::byte>(value & 0xFF));
  }
  return exif_orientation(exif);
}

Picture upright(Picture picture, std::optional<int> orientation) {
  const int how = orientation.value_or(1);
  if (how == 1) return picture;
  const Turn& turn = kTurns[static_cast<std::size_t>(how - 1)];
  Picture turned = picture;
  if (turn.swapped) std::swap(turned.width, turned.height);
  auto* to = turned.rgba.data();
  for (std::size_t y = 0; y < turned.height; ++y) {
    for (std::size_t x = 0; x < turned.width; ++x, to += 4) {
      std::size_t column = turn.swapped ? y : x;
      std::size_t row = turn.swapped ? x : y;
      if (turn.from_right) column = picture.width - 1 - column;
      if (turn.from_below) row = picture.height - 1 - row;
      std::copy_n(picture.rgba.data() + 4 * (row * picture.width + column), 4, to);
    }
  }
  return turned;
}

}  // namespace ksampler
