#include "host/files/exif_orientation.hpp"
#include "host/files/png.hpp"
#include "tests/files/pictures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace ksampler {
namespace {

using test::error_text;
using test::read_text;
using test::write_text;

// How many of 255 levels the picture is from what Pillow decodes; -1 for another size.
int levels_off(const std::string& name) {
  const Picture ours = read_picture(test::kPictures / name);
  const Picture theirs = read_png(test::kPictures / (name + ".png"));
  if (ours.width != theirs.width || ours.height != theirs.height) return -1;
  int most = 0;
  for (std::size_t i = 0; i < ours.rgba.size(); ++i) {
    most = std::max(most, std::abs(int{ours.rgba[i]} - int{theirs.rgba[i]}));
  }
  return most / 257;
}

// Two builds of libjpeg may round the inverse transform differently.
constexpr int kRounding = 1;

TEST(ReadJpeg, ReadsColourGreyAndProgressiveOnes) {
  for (const std::string name : {"colour.jpg", "grey.jpg", "progressive.jpg"}) {
    const int levels = levels_off(name);
    EXPECT_GE(levels, 0) << name;
    EXPECT_LE(levels, kRounding) << name;
  }
}

TEST(ReadJpeg, TurnsWhatTheCameraTurned) {
  for (int orientation = 2; orientation <= 8; ++orientation) {
    const int levels = levels_off("turned" + std::to_string(orientation) + ".jpg");
    EXPECT_GE(levels, 0) << orientation;
    EXPECT_LE(levels, kRounding) << orientation;
  }
}

TEST(ReadJpeg, IsOpaque) {
  const Picture picture = read_picture(test::kPictures / "colour.jpg");
  EXPECT_FALSE(picture.has_alpha);
  EXPECT_EQ(picture.rgba[3], 65535);
}

TEST(ReadJpeg, NamesWhatIsNoWholeJpeg) {
  const test::TemporaryFolder folder;
  const std::string whole = read_text(test::kPictures / "colour.jpg");
  const auto file = folder / "bad.jpg";
  const auto said = [&](const std::string& bytes) {
    write_text(file, bytes);
    const std::string text = error_text([&] { read_picture(file); });
    EXPECT_EQ(text.rfind(file.string() + ": ", 0), 0u) << text;
    return text.substr(file.string().size() + 2);
  };
  EXPECT_EQ(said(whole.substr(0, whole.size() / 2)),
            "is no whole JPEG: the file ends in the middle of the picture");
  EXPECT_EQ(said(whole.substr(0, 20)).rfind("is no whole JPEG: ", 0), 0u);
  EXPECT_EQ(said("hello"), "is no picture; a PNG, JPEG, WebP or BMP is wanted");
  // Every cut and every damaged byte is an error or a picture, and never a crash.
  for (std::size_t i = 3; i < whole.size(); i += 7) {
    write_text(file, whole.substr(0, i));
    error_text([&] { read_picture(file); });
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    write_text(file, damaged);
    error_text([&] { read_picture(file); });
  }
}

TEST(ReadJpeg, RefusesAnAbsurdSizeBeforeItMakesRoom) {
  const test::TemporaryFolder folder;
  std::string bytes = read_text(test::kPictures / "colour.jpg");
  const std::size_t frame = bytes.find("\xFF\xC0");
  ASSERT_NE(frame, std::string::npos);
  for (std::size_t i = 5; i < 9; ++i) bytes[frame + i] = '\x7F';
  write_text(folder / "large.jpg", bytes);
  EXPECT_EQ(error_text([&] { read_picture(folder / "large.jpg"); }),
            (folder / "large.jpg").string() +
                ": says that it is 32639 x 32639 pixels; a picture is read up to 16384 a side and "
                "134217728 in all");
}

TEST(ExifOrientation, IsNoneWhereItSaysNothingValid) {
  const auto of = [](const std::string& bytes) {
    return exif_orientation(std::as_bytes(std::span(bytes)));
  };
  using namespace std::string_literals;
  const std::string head = "Exif\0\0"s;
  const std::string little = head + "II*\0\x08\0\0\0"s;
  const std::string entry = "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"s;
  EXPECT_EQ(of(little + "\x01\0"s + entry), 6);
  EXPECT_EQ(of(head + "MM\0*\0\0\0\x08\0\x01"s + "\x01\x12\0\x03\0\0\0\x01\0\x08\0\0"s), 8);
  EXPECT_EQ(of(""), std::nullopt);
  EXPECT_EQ(of(head), std::nullopt);
  EXPECT_EQ(of("http://ns.adobe.com/xap"), std::nullopt);
  EXPECT_EQ(of(little + "\xFF\xFF"s + entry.substr(0, 5)), std::nullopt);  // cut short
  EXPECT_EQ(of(head + "II*\0\xFF\xFF\xFF\xFF"s), std::nullopt);            // leads outside
  EXPECT_EQ(of(little + "\x01\0"s + "\x12\x01\x03\0\x01\0\0\0\x09\0\0\0"s),
            std::nullopt);  // there is no 9
}

TEST(XmpOrientation, IsFoundAsAttributeAndAsElement) {
  EXPECT_EQ(xmp_orientation("<a tiff:Orientation=\"6\"/>"), 6);
  EXPECT_EQ(xmp_orientation("<a tiff:Orientation='3'/>"), 3);
  EXPECT_EQ(xmp_orientation("<tiff:Orientation>8</tiff:Orientation>"), 8);
  EXPECT_EQ(xmp_orientation("<tiff:Orientation/>"), std::nullopt);
  EXPECT_EQ(xmp_orientation("<a tiff:Orientation=\"9\"/>"), std::nullopt);
  EXPECT_EQ(xmp_orientation(""), std::nullopt);
}

TEST(RawProfileOrientation, IsReadFromHexadecimalDigits) {
  const std::string exif =
      "4578696600004949"
      "2a0008000000"
      "0100"
      "1201030001000000"
      "06000000";
  EXPECT_EQ(raw_profile_orientation("\nexif\n      28\n" + exif.substr(0, 30) + "\n" + exif.substr(30)),
            6);
  EXPECT_EQ(raw_profile_orientation("\nexif"), std::nullopt);
  EXPECT_EQ(raw_profile_orientation(""), std::nullopt);
}

}  // namespace
}  // namespace ksampler
