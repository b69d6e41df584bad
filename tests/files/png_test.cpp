#include "host/files/png.hpp"

#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include <cstring>

namespace ksampler {
namespace {

using test::error_text;

// The pixels that libpng's simplified reader finds.
std::vector<std::uint8_t> decoded(const std::vector<std::byte>& bytes, std::uint32_t& width,
                                  std::uint32_t& height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return {};
  image.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) return {};
  width = image.width;
  height = image.height;
  return pixels;
}

bool holds(const std::vector<std::byte>& bytes, const std::string& text) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).find(text) !=
         std::string_view::npos;
}

TEST(Png, GivesBackEveryPixel) {
  std::vector<std::uint8_t> pixels(3 * 5 * 7);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 37);
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  EXPECT_EQ(decoded(png_bytes(5, 7, pixels), width, height), pixels);
  EXPECT_EQ(width, 5u);
  EXPECT_EQ(height, 7u);
}

TEST(Png, GivesBackEveryPixelWithItsAlpha) {
  std::vector<std::uint8_t> pixels(4 * 3 * 2);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 41);
  const Picture picture = decode_png("test", png_bytes_with_alpha(3, 2, pixels));
  EXPECT_TRUE(picture.has_alpha);
  ASSERT_EQ(picture.rgba.size(), pixels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) EXPECT_EQ(picture.rgba[i], pixels[i] * 257) << i;
  pixels.pop_back();
  EXPECT_EQ(error_text([&] { png_bytes_with_alpha(3, 2, pixels); }),
            "a picture of 3 x 2 RGBA pixels needs 4 bytes for each, and 23 bytes are given");
}

TEST(Png, GivesBackEveryPixelOf16Bits) {
  for (const bool has_alpha : {false, true}) {
    const std::size_t channels = has_alpha ? 4 : 3;
    std::vector<std::uint16_t> pixels(channels * 3 * 2);
    for (std::size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<std::uint16_t>(i * 2731 + 1);
    const Picture picture = decode_png("test", png_bytes_of_16_bits(3, 2, has_alpha, pixels));
    EXPECT_EQ(picture.has_alpha, has_alpha);
    ASSERT_EQ(picture.rgba.size(), 24u);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      EXPECT_EQ(picture.rgba[i / channels * 4 + i % channels], pixels[i]) << i;
    }
    pixels.pop_back();
    EXPECT_NE(error_text([&] { png_bytes_of_16_bits(3, 2, has_alpha, pixels); }).find("bytes for each"),
              std::string::npos);
  }
}

TEST(Png, HoldsAsciiTextWhereEveryReaderFindsIt) {
  const std::vector<std::uint8_t> pixels(3);
  const auto bytes = png_bytes(1, 1, pixels, {{"prompt", R"({"seed": 42})"}});
  EXPECT_TRUE(holds(bytes, std::string("tEXtprompt\0{\"seed\": 42}", 23)));
}

TEST(Png, HoldsOtherTextAsUtf8) {
  const std::vector<std::uint8_t> pixels(3);
  const auto bytes = png_bytes(1, 1, pixels, {{"prompt", "σ"}});
  EXPECT_TRUE(holds(bytes, std::string("iTXtprompt\0\0\0\0\0σ", 17)));
}

TEST(Png, IsTheSameEachTime) {
  const std::vector<std::uint8_t> pixels(3 * 64, 9);
  EXPECT_EQ(png_bytes(8, 8, pixels, {{"a", "b"}}), png_bytes(8, 8, pixels, {{"a", "b"}}));
}

TEST(Png, RefusesPixelsThatDoNotFitTheSize) {
  const std::vector<std::uint8_t> pixels(11);
  EXPECT_EQ(error_text([&] { png_bytes(2, 2, pixels); }),
            "a picture of 2 x 2 RGB pixels needs 3 bytes for each, and 11 bytes are given");
  // 2^31-1 squared times 3 does not fit 64 bits.
  EXPECT_EQ(
      error_text([&] { png_bytes(2147483647, 2147483647, pixels); }),
      "a picture of 2147483647 x 2147483647 RGB pixels needs 3 bytes for each, and 11 bytes are given");
}

TEST(Png, RefusesASideOfNothing) {
  EXPECT_EQ(error_text([] { png_bytes(0, 4, {}); }),
            "a PNG cannot be 0 x 4; each side is 1 to 2147483647");
}

TEST(Png, RefusesAKeywordThatTheFormatForbids) {
  const std::vector<std::uint8_t> pixels(3);
  for (const std::string keyword : {"", " a", "a ", "a  b", "a\nb"}) {
    EXPECT_NE(error_text([&] {
                png_bytes(1, 1, pixels, {{keyword, ""}});
              }).find("a PNG cannot hold a text"),
              std::string::npos)
        << keyword;
  }
  EXPECT_EQ(error_text([&] { png_bytes(1, 1, pixels, {{std::string(79, 'k'), ""}}); }), "no error");
  EXPECT_NE(error_text([&] { png_bytes(1, 1, pixels, {{std::string(80, 'k'), ""}}); }), "no error");
}

TEST(Png, RefusesTextThatIsNotUtf8) {
  const std::vector<std::uint8_t> pixels(3);
  EXPECT_EQ(error_text([&] {
              png_bytes(1, 1, pixels, {{"prompt", "\xFF"}});
            }),
            "the PNG text 'prompt' must be UTF-8 without zero bytes");
}

}  // namespace
}  // namespace ksampler
