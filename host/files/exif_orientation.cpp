#include "host/files/exif_orientation.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr std::uint32_t kOrientation = 0x0112;
constexpr std::size_t kEntry = 12;  // bytes
constexpr std::uint32_t kLong = 4;  // its type: 4 bytes

// A TIFF structure in either byte order.
class Tiff {
 public:
  explicit Tiff(std::span<const std::byte> bytes)
      : bytes_(bytes), little_(!bytes.empty() && bytes[0] == std::byte{'I'}) {}

  bool holds(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }
  // REQUIRES: holds(at, count)
  std::uint32_t number(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = little_ ? at + count - 1 - i : at + i;
      value = value << 8 | std::to_integer<std::uint32_t>(bytes_[place]);
    }
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
  bool little_;
};

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
  // Some writers put the mark before it twice.
  while (exif.size() >= kExifMark.size() &&
         std::memcmp(exif.data(), kExifMark.data(), kExifMark.size()) == 0) {
    exif = exif.subspan(kExifMark.size());
  }
  const Tiff tiff(exif);
  if (!tiff.holds(0, 8)) return std::nullopt;
  const std::size_t directory = tiff.number(4, 4);
  if (!tiff.holds(directory, 2)) return std::nullopt;
  const std::size_t entries = tiff.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + kEntry * i;
    if (!tiff.holds(entry, kEntry)) return std::nullopt;
    if (tiff.number(entry, 2) != kOrientation) continue;
    // A SHORT, as it should be, or a LONG.
    const std::uint32_t value = tiff.number(entry + 8, tiff.number(entry + 2, 2) == kLong ? 4 : 2);
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
