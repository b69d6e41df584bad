// Pictures before and after a change, side by side.
#ifndef KSAMPLER_CLI_CONTACT_SHEET_HPP
#define KSAMPLER_CLI_CONTACT_SHEET_HPP

#include "host/files/png.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ksampler {

struct PicturePair {
  Picture before;
  Picture after;
};

// 8 bit RGB, row-major.
struct Sheet {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::uint8_t> pixels;
};

// A row for each pair, the old picture on the left, on white. Pictures are shown at their size, or all
// made smaller by a whole factor (the mean of each block) so that no side of the sheet is above
// `longest_side`.
Sheet contact_sheet(const std::vector<PicturePair>& pairs, std::uint32_t longest_side = 4096);

}  // namespace ksampler

#endif
