// Pictures of all formats beside what Pillow makes of them (tests/data/pictures/make_formats.py).
#include "host/files/png.hpp"
#include "tests/files/pictures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using test::error_text;
using test::read_text;
using test::TemporaryFolder;
using test::write_text;

// Those with a reference beside them.
std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(test::kPictures)) {
    const std::string name = entry.path().filename().string();
    if (fs::exists(test::kPictures / (name + ".0.png"))) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string little_endian(std::size_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

int levels_off(const Picture& ours, const Picture& theirs) {
  int most = 0;
  for (std::size_t i = 0; i < ours.rgba.size(); ++i) {
    most = std::max(most, std::abs(int{ours.rgba[i]} / 257 - int{theirs.rgba[i]} / 257));
  }
  return most;
}

class EveryPicture : public testing::TestWithParam<std::string> {};

TEST_P(EveryPicture, IsWhatPillowMakesOfIt) {
  // Builds of libjpeg and of libwebp may round the inverse transforms of lossy pictures differently.
  const bool is_lossy = GetParam().ends_with(".jpg") || GetParam() == "lossy.webp";
  const std::vector<Picture> frames = read_frames(test::kPictures / GetParam());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const fs::path file = test::kPictures / (GetParam() + "." + std::to_string(i) + ".png");
    ASSERT_TRUE(fs::exists(file)) << "of " << frames.size() << " frames";
    const Picture theirs = read_png(file);
    ASSERT_EQ(frames[i].width, theirs.width);
    ASSERT_EQ(frames[i].height, theirs.height);
    EXPECT_EQ(frames[i].has_alpha, theirs.has_alpha);
    EXPECT_LE(levels_off(frames[i], theirs), is_lossy ? 1 : 0) << "frame " << i;
  }
  EXPECT_FALSE(
      fs::exists(test::kPictures / (GetParam() + "." + std::to_string(frames.size()) + ".png")));
}

INSTANTIATE_TEST_SUITE_P(OfPillow, EveryPicture, testing::ValuesIn(names()), [](const auto& instance) {
  std::string name = instance.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

TEST(ReadPicture, GivesTheFirstFrameOfAnAnimation) {
  const Picture picture = read_picture(test::kPictures / "moving.webp");
  EXPECT_EQ(picture.rgba, read_png(test::kPictures / "moving.webp.0.png").rgba);
}

TEST(ReadPicture, SaysWhatIsWrongWithOneThatCanBeRead) {
  EXPECT_EQ(read_picture(test::kPictures / "colour.jpg").warning, "");
  EXPECT_EQ(read_picture(test::kPictures / "extraneous.jpg").warning,
            "libjpeg says: Corrupt JPEG data: 3 extraneous bytes before marker 0xda");
  const TemporaryFolder folder;
  const std::string whole = read_text(test::kPictures / "colour.jpg");
  write_text(folder / "endless.jpg", whole.substr(0, whole.size() - 2));
  const Picture endless = read_picture(folder / "endless.jpg");
  EXPECT_EQ(endless.warning, "the mark of its end is missing");
  EXPECT_EQ(endless.rgba, read_picture(test::kPictures / "colour.jpg").rgba);
}

// A chunk of a RIFF file.
std::string chunk(const std::string& name, const std::string& data) {
  return name + little_endian(data.size(), 4) + data + std::string(data.size() % 2, '\0');
}

// The same picture with Exif's data in it.
std::string with_exif(const fs::path& webp, const std::string& exif) {
  const Picture picture = read_picture(webp);
  constexpr char has_exif = 0x08;
  const std::string about = std::string(1, has_exif) + std::string(3, '\0') +
                            little_endian(picture.width - 1, 3) + little_endian(picture.height - 1, 3);
  const std::string all =
      "WEBP" + chunk("VP8X", about) + read_text(webp).substr(12) + chunk("EXIF", exif);
  return "RIFF" + little_endian(all.size(), 4) + all;
}

// Exif's data with these texts, as Pillow writes it: one directory, from byte 8.
std::string exif_with(const std::vector<std::string>& texts) {
  constexpr std::size_t ascii = 2;
  std::size_t at = 8 + 2 + 12 * texts.size() + 4;
  std::string directory = little_endian(texts.size(), 2), values;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    directory += little_endian(0x010F + i, 2) + little_endian(ascii, 2) +
                 little_endian(texts[i].size() + 1, 4) + little_endian(at + values.size(), 4);
    values += texts[i] + '\0';
  }
  return "II*" + std::string(1, '\0') + little_endian(8, 4) + directory + little_endian(0, 4) + values;
}

TEST(ReadPicture, GivesTheTextsOfAWebP) {
  const TemporaryFolder folder;
  const std::string exif =
      exif_with({R"(workflow:{"nodes": [1]})", R"(Prompt:{"3": {}})", "A camera", "a"});
  for (const std::string& before : {std::string(), std::string("Exif\0\0", 6)}) {
    write_text(folder / "a.webp", with_exif(test::kPictures / "plain.webp", before + exif));
    const Picture picture = read_picture(folder / "a.webp");
    EXPECT_EQ(picture.text, (std::map<std::string, std::string>{{"workflow", R"({"nodes": [1]})"},
                                                                {"prompt", R"({"3": {}})"}}));
    EXPECT_EQ(picture.rgba, read_picture(test::kPictures / "plain.webp").rgba);
  }
}

TEST(ReadPicture, PassesOverExifThatIsCutShort) {
  const TemporaryFolder folder;
  const std::string whole = exif_with({R"(prompt:{"3": {}})"});
  for (std::size_t size = 0; size < whole.size() - 1; ++size) {
    write_text(folder / "a.webp", with_exif(test::kPictures / "plain.webp", whole.substr(0, size)));
    EXPECT_TRUE(read_picture(folder / "a.webp").text.empty()) << size;
  }
}

// Cut in the middle of its pixels, each format says so; wherever it is cut or damaged, none does worse.
TEST(ReadPicture, NamesWhatIsCutShort) {
  const TemporaryFolder folder;
  for (const std::string name :
       {"colour.jpg", "progressive.jpg", "cmyk2.jpg", "plain.webp", "lossy.webp", "moving.webp",
        "24.bmp", "8.bmp", "runs8.bmp", "rgb8.png", "moving_00.png", "moving_default.png"}) {
    const std::string whole = read_text(test::kPictures / name);
    const fs::path file = folder / name;
    for (const std::size_t size : {whole.size() / 2, whole.size() * 3 / 4}) {
      write_text(file, whole.substr(0, size));
      const std::string said = error_text([&] { read_frames(file); });
      EXPECT_TRUE(said.starts_with(file.string() + ": is no whole "))
          << name << " " << size << ": " << said;
    }
    for (std::size_t i = 3; i < whole.size(); i += 5) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
      write_text(file, damaged);
      error_text([&] { read_frames(file); });
      write_text(file, whole.substr(0, i));
      error_text([&] { read_frames(file); });
    }
  }
}

TEST(ReadPicture, SaysWhatItReads) {
  const TemporaryFolder folder;
  write_text(folder / "a", "GIF89a......");
  EXPECT_EQ(error_text([&] { read_picture(folder / "a"); }),
            (folder / "a").string() + ": is a GIF; a PNG, JPEG, WebP or BMP is wanted");
}

}  // namespace
}  // namespace ksampler
