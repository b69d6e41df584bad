#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/files/bmp.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace ksampler {
namespace {

constexpr std::size_t kFileHeader = 14;  // bytes
constexpr std::size_t kOldHeader = 12;   // of OS/2
constexpr std::size_t kInfoHeader = 40;

enum Packing : std::uint32_t { kPlain = 0, kRuns8 = 1, kRuns4 = 2, kMasks = 3, kMasksWithAlpha = 6 };

using Colour = std::array<std::uint16_t, 4>;

class Bitmap {
 public:
  Bitmap(const std::string& file, std::span<const std::byte> bytes) : file_(file), bytes_(bytes) {}

  Picture read() {
    read_header();
    Picture picture;
    picture.width = width_;
    picture.height = height_;
    picture.has_alpha = masks_[3] != 0;
    check_picture_size(file_, width_, height_);
    if (bits_ <= 8) read_palette();
    const bool in_runs = packing_ == kRuns8 || packing_ == kRuns4;
    if (!in_runs) number(pixels_ + stride() * height_ - 1, 1);  // before room is made
    picture.rgba.resize(std::size_t{4} * width_ * height_);
    if (in_runs) {
      read_runs(picture);
    } else {
      read_rows(picture);
    }
    return picture;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { throw Error({file_}, why); }

  std::uint32_t number(std::size_t at, std::size_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at) {
      refuse("is no whole BMP: the file ends in the middle of the picture");
    }
    std::uint32_t value = 0;
    for (std::size_t i = count; i > 0; --i) {
      value = value << 8 | std::to_integer<std::uint32_t>(bytes_[at + i - 1]);
    }
    return value;
  }

  void read_header() {
    pixels_ = number(10, 4);
    header_ = number(kFileHeader, 4);
    const bool old = header_ == kOldHeader;
    constexpr std::array<std::size_t, 7> kHeaders = {12, 40, 52, 56, 64, 108, 124};
    if (std::find(kHeaders.begin(), kHeaders.end(), header_) == kHeaders.end()) {
      refuse(sentence("is no BMP that is known: its header has {} bytes", header_));
    }
    width_ = old ? number(18, 2) : number(18, 4);
    height_ = old ? number(20, 2) : number(22, 4);
    from_above_ = !old && (height_ & 0x8000'0000U) != 0;
    if (from_above_) height_ = ~height_ + 1;
    bits_ = old ? number(24, 2) : number(28, 2);
    packing_ = old ? kPlain : number(30, 4);
    colours_ = old ? 0 : number(46, 4);
    constexpr std::array<std::uint32_t, 6> kBits = {1, 4, 8, 16, 24, 32};
    if (std::find(kBits.begin(), kBits.end(), bits_) == kBits.end()) {
      refuse(sentence("is a BMP of {} bits a pixel; 1, 4, 8, 16, 24 and 32 are read", bits_));
    }
    const bool by_masks = packing_ == kMasks || packing_ == kMasksWithAlpha;
    const bool fits = packing_ == kPlain || (packing_ == kRuns8 && bits_ == 8) ||
                      (packing_ == kRuns4 && bits_ == 4) || (by_masks && bits_ >= 16);
    // OS/2 means other things by the numbers above those of runs.
    if (!fits || (header_ == 64 && packing_ > kRuns4)) {
      refuse(sentence("is a BMP packed in a way that is not read ({}, with {} bits a pixel)", packing_,
                      bits_));
    }
    if (bits_ == 16) masks_ = {0x7C00, 0x03E0, 0x001F, 0};
    if (bits_ >= 24) masks_ = {0xFF0000, 0xFF00, 0xFF, 0};
    if (by_masks) read_masks();
  }

  // They stand at one place, whether that is within the header or behind it.
  void read_masks() {
    const bool with_alpha = packing_ == kMasksWithAlpha || header_ >= 56;
    for (std::size_t c = 0; c < (with_alpha ? 4U : 3U); ++c) {
      masks_[c] = number(kFileHeader + kInfoHeader + 4 * c, 4);
    }
    if (bits_ == 16) masks_[3] = 0;
    if (masks_[0] == 0 && masks_[1] == 0 && masks_[2] == 0)
      masks_ = {0xFF0000, 0xFF00, 0xFF, 0xFF000000};
  }

  void read_palette() {
    const std::size_t entry = header_ == kOldHeader ? 3 : 4;
    const std::size_t begin = kFileHeader + header_;
    const std::size_t most = std::size_t{1} << bits_;
    const std::size_t count = colours_ == 0 ? most : colours_;
    if (pixels_ == 0 || pixels_ == begin) pixels_ = begin + entry * count;
    palette_.fill({0, 0, 0, 65535});
    for (std::size_t i = 0; i < std::min(count, most); ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        palette_[i][c] = static_cast<std::uint16_t>(257 * number(begin + entry * i + 2 - c, 1));
      }
    }
  }

  // A value of a mask's bits, as 8 bits would show it where it has no more.
  static std::uint16_t scaled(std::uint32_t pixel, std::uint32_t mask) {
    if (mask == 0) return 0;
    const std::uint64_t most = mask >> std::countr_zero(mask);
    const std::uint64_t value = (pixel & mask) >> std::countr_zero(mask);
    return static_cast<std::uint16_t>(most <= 255 ? 257 * (value * 255 / most) : value * 65535 / most);
  }

  Colour colour(std::uint32_t pixel) const {
    if (bits_ <= 8) return palette_[pixel];
    return {scaled(pixel, masks_[0]), scaled(pixel, masks_[1]), scaled(pixel, masks_[2]),
            masks_[3] == 0 ? std::uint16_t{65535} : scaled(pixel, masks_[3])};
  }

  void put(Picture& picture, std::size_t x, std::size_t y, const Colour& colour) const {
    const std::size_t row = from_above_ ? y : height_ - 1 - y;
    std::copy(colour.begin(), colour.end(),
              picture.rgba.begin() + static_cast<std::ptrdiff_t>(4 * (row * width_ + x)));
  }

  // Bytes from row to row.
  std::size_t stride() const { return (std::size_t{width_} * bits_ + 31) / 32 * 4; }

  void read_rows(Picture& picture) const {
    for (std::size_t y = 0; y < height_; ++y) {
      for (std::size_t x = 0; x < width_; ++x) {
        const std::size_t at = pixels_ + y * stride() + x * bits_ / 8;
        std::uint32_t pixel = number(at, std::max<std::size_t>(bits_ / 8, 1));
        if (bits_ < 8) pixel = pixel >> (8 - bits_ - x * bits_ % 8) & ((1U << bits_) - 1);
        put(picture, x, y, colour(pixel));
      }
    }
  }

  // Runs of one or two colours, and what lies between them. What is not drawn has the first colour.
  void read_runs(Picture& picture) const {
    for (std::size_t y = 0; y < height_; ++y) {
      for (std::size_t x = 0; x < width_; ++x) put(picture, x, y, palette_[0]);
    }
    std::size_t at = pixels_;
    std::size_t x = 0;
    std::size_t y = 0;
    const auto draw = [&](std::uint32_t index) {
      if (x < width_ && y < height_) put(picture, x, y, palette_[index]);
      ++x;
    };
    const auto half = [&](std::uint32_t byte, std::size_t i) {
      return bits_ == 8 ? byte : i % 2 == 0 ? byte >> 4 : byte & 0x0F;
    };
    while (y < height_) {
      const std::uint32_t count = number(at, 1);
      const std::uint32_t second = number(at + 1, 1);
      at += 2;
      if (count > 0) {
        for (std::size_t i = 0; i < count; ++i) draw(half(second, i));
      } else if (second == 0) {
        x = 0;
        ++y;
      } else if (second == 1) {
        return;
      } else if (second == 2) {
        x += number(at, 1);
        y += number(at + 1, 1);
        at += 2;
      } else {
        const std::size_t per_byte = bits_ == 8 ? 1 : 2;
        for (std::size_t i = 0; i < second; ++i) draw(half(number(at + i / per_byte, 1), i));
        at += (second + 2 * per_byte - 1) / (2 * per_byte) * 2;  // a whole number of words
      }
    }
  }

  const std::string& file_;
  std::span<const std::byte> bytes_;
  std::size_t pixels_ = 0;  // where they begin
  std::size_t header_ = 0;  // its size
  std::uint32_t width_ = 0;
  std::uint32_t height_ = 0;
  bool from_above_ = false;
  std::uint32_t bits_ = 0;
  std::uint32_t packing_ = kPlain;
  std::uint32_t colours_ = 0;
  std::array<std::uint32_t, 4> masks_{};  // red, green, blue, alpha
  std::array<Colour, 256> palette_{};
};

}  // namespace

bool is_bmp(std::span<const std::byte> bytes) {
  return bytes.size() >= kFileHeader + 4 && bytes[0] == std::byte{'B'} && bytes[1] == std::byte{'M'};
}

Picture decode_bmp(const std::string& file, std::span<const std::byte> bytes) {
  return Bitmap(file, bytes).read();
}

}  // namespace ksampler
