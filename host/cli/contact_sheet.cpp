#include "host/cli/contact_sheet.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

constexpr std::uint32_t kGap = 8;

// Pixels of a side that is made smaller; the last block may be of fewer.
std::uint32_t shrunk(std::uint32_t side, std::uint32_t factor) { return (side + factor - 1) / factor; }

// Width and height of the sheet where all is made smaller by `factor`.
Sheet laid_out(const std::vector<PicturePair>& pairs, std::uint32_t factor) {
  Sheet sheet{kGap, kGap, {}};
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  for (const auto& [before, after] : pairs) {
    left = std::max(left, shrunk(before.width, factor));
    right = std::max(right, shrunk(after.width, factor));
    sheet.height += std::max(shrunk(before.height, factor), shrunk(after.height, factor)) + kGap;
  }
  sheet.width += left + kGap + right + kGap;
  return sheet;
}

// The mean of a block, as 8 bits, over white where it is transparent.
std::uint8_t mean(const Picture& picture, std::uint32_t x0, std::uint32_t y0, std::uint32_t factor,
                  std::uint32_t channel) {
  double sum = 0;
  double count = 0;
  for (std::uint32_t y = y0; y < std::min(y0 + factor, picture.height); ++y) {
    for (std::uint32_t x = x0; x < std::min(x0 + factor, picture.width); ++x, ++count) {
      const std::uint16_t* pixel = &picture.rgba[4 * (std::size_t{y} * picture.width + x)];
      const double alpha = pixel[3] / 65535.0;
      sum += alpha * pixel[channel] + (1 - alpha) * 65535;
    }
  }
  return static_cast<std::uint8_t>(std::lround(sum / count / 257));
}

void draw(const Picture& picture, std::uint32_t factor, std::uint32_t left, std::uint32_t top,
          Sheet& sheet) {
  for (std::uint32_t y = 0; y < shrunk(picture.height, factor); ++y) {
    for (std::uint32_t x = 0; x < shrunk(picture.width, factor); ++x) {
      std::uint8_t* pixel = &sheet.pixels[3 * (std::size_t{top + y} * sheet.width + left + x)];
      for (std::uint32_t c = 0; c < 3; ++c) pixel[c] = mean(picture, x * factor, y * factor, factor, c);
    }
  }
}

}  // namespace

Sheet contact_sheet(const std::vector<PicturePair>& pairs, std::uint32_t longest_side) {
  std::uint32_t factor = 1;
  Sheet sheet = laid_out(pairs, factor);
  // Gaps do not shrink: where they alone are too much, 1 pixel a picture is as small as it gets.
  while (std::max(sheet.width, sheet.height) > longest_side && factor < kMostPictureSide) {
    sheet = laid_out(pairs, ++factor);
  }
  sheet.pixels.assign(std::size_t{3} * sheet.width * sheet.height, 255);
  std::uint32_t left_width = 0;
  for (const auto& [before, after] : pairs)
    left_width = std::max(left_width, shrunk(before.width, factor));
  std::uint32_t top = kGap;
  for (const auto& [before, after] : pairs) {
    draw(before, factor, kGap, top, sheet);
    draw(after, factor, kGap + left_width + kGap, top, sheet);
    top += std::max(shrunk(before.height, factor), shrunk(after.height, factor)) + kGap;
  }
  return sheet;
}

}  // namespace ksampler
