#include "host/files/png.hpp"
#include "tests/files/pictures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>

namespace ksampler {
namespace {

using test::error_text;
using test::TemporaryFolder;

using Formula = std::function<std::array<unsigned, 4>(unsigned x, unsigned y)>;

// The pictures are those of tests/data/pictures/make.py, in 16 bits.
void expect_picture(const std::string& name, bool has_alpha, const Formula& formula) {
  const Picture picture = read_png(test::kPictures / name);
  ASSERT_EQ(picture.width, 5u);
  ASSERT_EQ(picture.height, 3u);
  EXPECT_EQ(picture.has_alpha, has_alpha);
  for (unsigned y = 0; y < 3; ++y) {
    for (unsigned x = 0; x < 5; ++x) {
      for (unsigned c = 0; c < 4; ++c) {
        EXPECT_EQ(picture.rgba[(y * 5 + x) * 4 + c], formula(x, y)[c]) << x << "," << y << " " << c;
      }
    }
  }
}

std::array<unsigned, 4> rgb(unsigned x, unsigned y) {
  return {257 * 40 * x, 257 * 100 * y, 257 * (255 - 50 * x), 65535};
}

TEST(ReadPng, ReadsRgb) { expect_picture("rgb8.png", false, rgb); }

TEST(ReadPng, ReadsInterlacedRows) { expect_picture("interlaced8.png", false, rgb); }

TEST(ReadPng, ReadsAlpha) {
  expect_picture("rgba8.png", true, [](unsigned x, unsigned y) {
    auto pixel = rgb(x, y);
    pixel[3] = 257 * (60 * (x + y) % 256);
    return pixel;
  });
}

TEST(ReadPng, ReadsGrey) {
  expect_picture("grey8.png", false, [](unsigned x, unsigned) {
    return std::array{257 * 40 * x, 257 * 40 * x, 257 * 40 * x, 65535u};
  });
}

TEST(ReadPng, KeepsAllSixteenBits) {
  expect_picture("rgb16.png", false, [](unsigned x, unsigned y) {
    const auto [r, g, b, a] = rgb(x, y);
    return std::array{r + 1, g + 1, (b + 1) % 65536, a};
  });
  expect_picture("grey16.png", false, [](unsigned x, unsigned) {
    const unsigned grey = 257 * 40 * x + 7;
    return std::array{grey, grey, grey, 65535u};
  });
}

TEST(ReadPng, ReadsAPaletteWithTransparentColours) {
  expect_picture("palette2.png", true, [](unsigned x, unsigned y) {
    const unsigned index = (x + y) % 4;
    return std::array{index == 1 ? 65535u : 0, index == 2 ? 65535u : 0, index == 3 ? 65535u : 0,
                      index == 0 ? 257u * 0x40 : 65535u};
  });
}

// In ComfyUI that of a palette alone is: docs/decisions.md.
TEST(ReadPng, ReadsAColourThatIsTransparent) {
  expect_picture("grey_key.png", true, [](unsigned x, unsigned) {
    return std::array{257 * 40 * x, 257 * 40 * x, 257 * 40 * x, x == 2 ? 0u : 65535u};
  });
  expect_picture("rgb_key.png", true, [](unsigned x, unsigned y) {
    auto pixel = rgb(x, y);
    if (x == 2 && y == 1) pixel[3] = 0;
    return pixel;
  });
}

TEST(ReadPng, GivesBackPixelsAndTextsOfTheWriter) {
  const TemporaryFolder folder;
  const std::vector<std::uint8_t> pixels = {1, 2, 3, 250, 251, 252};
  const std::map<std::string, std::string> text = {
      {"pipeline", "nodes:\n  a: b\n"}, {"settings", ""}, {"profile", "σ²"}};
  const auto bytes = png_bytes(2, 1, pixels, text);
  test::write_text(folder / "a.png", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const Picture picture = read_png(folder / "a.png");
  EXPECT_EQ(picture.text, text);
  EXPECT_EQ(picture.rgba,
            (std::vector<std::uint16_t>{257, 514, 771, 65535, 250 * 257, 251 * 257, 252 * 257, 65535}));
}

std::string refusal(const std::string& content) {
  const TemporaryFolder folder;
  test::write_text(folder / "a.png", content);
  const std::string text = error_text([&] { read_png(folder / "a.png"); });
  const std::string place = (folder / "a.png").string() + ": ";
  return text.starts_with(place) ? text.substr(place.size()) : text;
}

const std::string kWhole = test::read_text(test::kPictures / "rgb8.png");

TEST(ReadPng, SaysWhatAFileIsThatIsNone) {
  EXPECT_EQ(refusal(""), "is empty; a PNG is wanted");
  EXPECT_EQ(refusal("hello"), "is no picture; a PNG is wanted");
  EXPECT_EQ(refusal("RIFFe8"), "is no picture; a PNG is wanted");  // cut short: found by the fuzzer
  EXPECT_EQ(refusal("\xFF\xD8\xFF\xE0 JFIF"), "is a JPEG; a PNG is wanted");
  EXPECT_EQ(refusal("GIF89a......"), "is a GIF; a PNG is wanted");
  EXPECT_EQ(refusal("RIFF\1\2\3\4WEBPVP8 "), "is a WebP picture; a PNG is wanted");
}

TEST(ReadPng, NamesAFileThatIsNotThere) {
  EXPECT_EQ(error_text([] { read_png("/nowhere/a.png"); }), "/nowhere/a.png: no such file");
}

TEST(ReadPng, RefusesEveryBeginningOfAPicture) {
  for (std::size_t size = 8; size < kWhole.size(); ++size) {
    EXPECT_EQ(refusal(kWhole.substr(0, size)),
              "is no whole PNG: the file ends in the middle of the picture")
        << size;
  }
}

TEST(ReadPng, SurvivesEveryFlippedBit) {
  for (std::size_t bit = 0; bit < 8 * kWhole.size(); ++bit) {
    std::string damaged = kWhole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const std::string text = refusal(damaged);
    // Behind the signature, chunks have checksums: only a lower-case letter, which makes a chunk one
    // that may be passed over, goes unseen.
    if (bit < 64) {
      EXPECT_EQ(text, "is no picture; a PNG is wanted") << bit;
    } else {
      EXPECT_TRUE(text == "no error" || text.starts_with("is no whole PNG: ") ||
                  text.starts_with("says that it is "))
          << bit << ": " << text;
    }
  }
}

std::uint32_t checksum(const std::string& data) {
  std::uint32_t crc = ~0u;
  for (const char c : data) {
    crc ^= static_cast<unsigned char>(c);
    for (int k = 0; k < 8; ++k) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
  }
  return ~crc;
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
  return bytes;
}

// The whole picture, with other sides in its header.
std::string with_size(std::uint32_t width, std::uint32_t height) {
  std::string content = kWhole;
  content.replace(16, 8, big_endian(width) + big_endian(height));
  content.replace(29, 4, big_endian(checksum(content.substr(12, 17))));
  return content;
}

TEST(ReadPng, RefusesAbsurdSizesBeforeItAllocates) {
  EXPECT_EQ(refusal(with_size(2147483647, 2147483647)),
            "says that it is 2147483647 x 2147483647 pixels; a picture is read up to 16384 a side and "
            "134217728 in all");
  EXPECT_EQ(refusal(with_size(16385, 1)).substr(0, 29), "says that it is 16385 x 1 pix");
  EXPECT_EQ(refusal(with_size(16384, 16384)).substr(0, 29), "says that it is 16384 x 16384");
  EXPECT_NE(refusal(with_size(0, 3)).find("is no whole PNG: Invalid IHDR"), std::string::npos);
  EXPECT_NE(refusal(with_size(6, 3)).find("is no whole PNG: "), std::string::npos);  // too few pixels
}

}  // namespace
}  // namespace ksampler
