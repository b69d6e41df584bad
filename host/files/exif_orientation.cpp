#include "host/files/exif_orientation.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace ksampler {
namespace {

constexpr char kExif[] = "Exif\0";  // and the zero at its end
constexpr std::uint32_t kOrientation = 0x0112;
constexpr std::size_t kEntry = 12;  // bytes

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

int exif_orientation(std::span<const std::byte> marker) {
  if (marker.size() < sizeof kExif || std::memcmp(marker.data(), kExif, sizeof kExif) != 0) return 1;
  const Tiff tiff(marker.subspan(sizeof kExif));
  if (!tiff.holds(0, 8)) return 1;
  const std::size_t directory = tiff.number(4, 4);
  if (!tiff.holds(directory, 2)) return 1;
  const std::size_t entries = tiff.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + kEntry * i;
    if (!tiff.holds(entry, kEntry)) return 1;
    if (tiff.number(entry, 2) != kOrientation) continue;
    const std::uint32_t value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Picture upright(Picture picture, int orientation) {
  if (orientation < 2 || orientation > 8) return picture;
  const Turn& turn = kTurns[static_cast<std::size_t>(orientation - 1)];
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
