#include "host/cli/contact_sheet.hpp"

#include <gtest/gtest.h>

#include <array>

namespace ksampler {
namespace {

Picture filled(std::uint32_t width, std::uint32_t height, std::array<std::uint16_t, 4> pixel) {
  Picture picture;
  picture.width = width;
  picture.height = height;
  picture.rgba.resize(std::size_t{4} * width * height);
  for (std::size_t i = 0; i < picture.rgba.size(); ++i) picture.rgba[i] = pixel[i % 4];
  return picture;
}

const Picture kRed = filled(2, 3, {65535, 0, 0, 65535});
const Picture kGrey = filled(4, 1, {128 * 257, 128 * 257, 128 * 257, 65535});

std::array<int, 3> at(const Sheet& sheet, std::uint32_t x, std::uint32_t y) {
  const std::uint8_t* pixel = &sheet.pixels.at(3 * (std::size_t{y} * sheet.width + x));
  return {pixel[0], pixel[1], pixel[2]};
}

using Colour = std::array<int, 3>;

TEST(ContactSheet, PutsOldAndNewSideBySideOnWhite) {
  const Sheet sheet = contact_sheet({{kRed, kGrey}});
  EXPECT_EQ(sheet.width, 8u + 2 + 8 + 4 + 8);
  EXPECT_EQ(sheet.height, 8u + 3 + 8);
  EXPECT_EQ(at(sheet, 7, 8), (Colour{255, 255, 255}));
  EXPECT_EQ(at(sheet, 8, 8), (Colour{255, 0, 0}));
  EXPECT_EQ(at(sheet, 9, 10), (Colour{255, 0, 0}));
  EXPECT_EQ(at(sheet, 10, 10), (Colour{255, 255, 255}));
  EXPECT_EQ(at(sheet, 18, 8), (Colour{128, 128, 128}));
  EXPECT_EQ(at(sheet, 21, 8), (Colour{128, 128, 128}));
  EXPECT_EQ(at(sheet, 18, 9), (Colour{255, 255, 255}));
}

TEST(ContactSheet, AlignsTheNewOnesOfAllRows) {
  const Sheet sheet = contact_sheet({{kRed, kRed}, {kGrey, kRed}});
  EXPECT_EQ(sheet.width, 8u + 4 + 8 + 2 + 8);
  EXPECT_EQ(sheet.height, 8u + 3 + 8 + 3 + 8);
  EXPECT_EQ(at(sheet, 20, 8), (Colour{255, 0, 0}));
  EXPECT_EQ(at(sheet, 20, 19), (Colour{255, 0, 0}));
}

TEST(ContactSheet, TakesTheMeanOfBlocksWhereItWouldBeTooLarge) {
  Picture chequered = filled(200, 100, {0, 0, 0, 65535});
  for (std::size_t i = 0; i < chequered.rgba.size(); i += 8)
    chequered.rgba[i] = chequered.rgba[i + 1] = chequered.rgba[i + 2] = 65535;
  const Sheet sheet = contact_sheet({{chequered, chequered}}, 240);
  EXPECT_EQ(sheet.width, 8u + 100 + 8 + 100 + 8);
  EXPECT_EQ(sheet.height, 8u + 50 + 8);
  EXPECT_EQ(at(sheet, 8, 8), (Colour{128, 128, 128}));
}

TEST(ContactSheet, ShowsWhatIsTransparentAsWhite) {
  const Picture half = filled(1, 1, {0, 0, 0, 32768});
  EXPECT_EQ(at(contact_sheet({{half, half}}), 8, 8), (Colour{127, 127, 127}));
}

}  // namespace
}  // namespace ksampler
